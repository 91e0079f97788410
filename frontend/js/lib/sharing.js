// Copies a value in one tap, and hands an address to the phone's own sharing.

const told = document.querySelector("[data-copied]");

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const word = button.querySelector("span");
  const before = word.textContent;
  word.textContent = button.dataset.done;
  told.textContent = `${told.dataset.word} ${button.dataset.label}`;
  setTimeout(() => (word.textContent = before), 2000);
}

for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

for (const button of navigator.share ? document.querySelectorAll("[data-share]") : []) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const data = button.dataset;
    // A person who closes the sheet of sharing has decided; that is no fault.
    navigator.share({ title: data.shareTitle, url: data.share }).catch(() => {});
  });
}
