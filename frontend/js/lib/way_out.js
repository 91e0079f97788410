// "Keluar cepat": leaves without a trace of this page in the way back, by its link or by a key:
// Shift, three times within five seconds and nothing else between, as GOV.UK's "Exit this page".

const PRESSES = 3;
const WAIT = 5000;

const link = document.querySelector("[data-way-out]");
const told = document.querySelector("[data-way-out-told]");
let presses = 0;
let isAlone = false;
let timer;

/** Nothing of the page is seen while the other one is fetched. */
function leave() {
  document.body.hidden = true;
  document.title = "…";
  location.replace(link.href);
}

/** Count from the beginning again, and say so where something had been said. */
function startOver() {
  clearTimeout(timer);
  if (presses) told.textContent = told.dataset.none;
  presses = 0;
}

function count() {
  clearTimeout(timer);
  presses += 1;
  if (presses === PRESSES) return leave();
  timer = setTimeout(startOver, WAIT);
  told.textContent = presses === 1 ? told.dataset.two : told.dataset.one;
}

if (link) {
  const key = document.querySelector("#keluar-cepat-tombol");
  key.hidden = false;
  link.setAttribute("aria-describedby", key.id);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  // Shift held for a capital letter, or to walk backwards through the page, is not a press.
  addEventListener("keydown", (event) => {
    isAlone = event.key === "Shift";
    if (!isAlone) startOver();
  });
  addEventListener("keyup", (event) => event.key === "Shift" && isAlone && count());
}
