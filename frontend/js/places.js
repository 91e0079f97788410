// Institutions and units that fit what is being typed: a combobox with a list that is picked from by
// hand (ARIA APG), by keys, by touch and by screen reader. What is typed is read from the field and
// never from keys: keyboards on a screen tell of none. What was picked goes along in hidden fields of
// the form.

import { findElement, listElements } from "./lib/page.js";

const PAUSE = 250;
const LEAST_LETTERS = 2;
/** Keys that move within the text: whoever presses them is in the field again, and in no option. */
const IN_TEXT = ["ArrowLeft", "ArrowRight", "Home", "End"];

/** @typedef {{ key: string, label: string, name: string, under: string }} Place */

for (const field of listElements("[data-places]", HTMLInputElement)) offerPlaces(field);

/** @param {HTMLInputElement} field */
function offerPlaces(field) {
  const key = field.dataset.key ?? "";
  const typedFor = field.dataset.for ?? "";
  const places = field.dataset.places ?? "";
  const of = field.dataset.of;
  const found = field.dataset.found ?? "";
  const none = field.dataset.none ?? "";
  const list = document.createElement("ul");
  const status = document.createElement("div");
  /** @type {Place[]} */
  let options = [];
  let active = -1;
  let asked = 0;
  let timer = 0;

  list.id = `${field.id}-daftar`;
  list.className = "place-options";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels?.[0]?.textContent?.trim() ?? "");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);
  field.after(list, status);

  const close = () => {
    clearTimeout(timer);
    asked += 1; // What is still to be answered comes too late.
    if (!list.hidden) status.textContent = "";
    list.hidden = true;
    leave();
    field.setAttribute("aria-expanded", "false");
  };

  const leave = () => {
    active = -1;
    for (const item of list.children) item.setAttribute("aria-selected", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const mark = (/** @type {number} */ wanted) => {
    active = wanted;
    [...list.children].forEach((item, number) => {
      item.setAttribute("aria-selected", String(number === active));
      if (number === active) item.scrollIntoView({ block: "nearest" });
    });
    field.setAttribute("aria-activedescendant", `${list.id}-${active}`);
  };

  const pick = (/** @type {Place} */ place) => {
    if (place.label) field.value = place.label;
    carry(field, key, place.key);
    carry(field, typedFor, field.value);
    findElement(`[data-offered="${field.id}"]`, HTMLElement)?.remove();
    close();
    status.textContent = place.name;
    // The field shows what was picked, but for what is not listed.
    status.className = place.label ? "visually-hidden" : "hint";
  };

  const show = (/** @type {Place[]} */ places_found) => {
    const unlisted = field.dataset.unlisted ?? "";
    options = unlisted
      ? [...places_found, { key: "tidak-ada", label: "", name: unlisted, under: "" }]
      : places_found;
    list.replaceChildren(
      ...options.map((place, number) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${number}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.textContent = place.name;
        if (place.label) item.lang = "id";
        if (place.under) {
          const under = document.createElement("span");
          under.className = "muted";
          under.textContent = place.under;
          item.append(" ", under);
        }
        // Before the field loses the focus, and the list with it.
        item.addEventListener("mousedown", (event) => event.preventDefault());
        item.addEventListener("click", () => pick(place));
        return item;
      }),
    );
    active = -1;
    field.removeAttribute("aria-activedescendant");
    list.hidden = options.length === 0;
    field.setAttribute("aria-expanded", String(options.length > 0));
    // On a phone the keyboard covers what stands below the field.
    if (options.length) list.scrollIntoView({ block: "nearest" });
    status.textContent = places_found.length
      ? found.replace("#", String(places_found.length))
      : none;
  };

  const ask = async () => {
    const written = field.value.trim();
    const within = of ? pickedFor(of) : "";
    asked += 1;
    const mine = asked;
    status.className = "visually-hidden";
    if (written.length < LEAST_LETTERS || (of && !within)) return close();
    const address = new URL(places, location.href);
    address.searchParams.set("q", written);
    if (of) address.searchParams.set("instansi", within);
    try {
      const path = address.pathname + address.search;
      const answer = await fetch(path, { headers: { Accept: "application/json" } });
      const told = /** @type {{ places: Place[] } | null} */ (
        answer.ok ? await answer.json() : null
      );
      if (mine !== asked) return undefined;
      if (told) show(told.places);
      else close();
    } catch {
      if (mine === asked) close(); // The form works as it does without a script.
    }
    return undefined;
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, PAUSE);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // The key is the input method's.
    const isClosing = event.key === "Escape" || (event.altKey && event.key === "ArrowUp");
    if (isClosing && !list.hidden) {
      event.preventDefault();
      close();
    } else if (IN_TEXT.includes(event.key)) {
      leave();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (list.hidden) ask();
      else if (options.length && !event.altKey) {
        const last = options.length - 1;
        const next = active + step;
        mark(next < 0 ? last : next > last ? 0 : next);
      }
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      const place = options[active];
      if (!place) return;
      event.preventDefault();
      pick(place);
    }
  });
}

/**
 * What was picked for the text that now stands in another field, by its id.
 *
 * @param {string} id
 */
function pickedFor(id) {
  const field = findElement(`#${id}`, HTMLInputElement);
  if (!field?.form) return "";
  const sent = new FormData(field.form);
  const key = field.dataset.key ?? "";
  const typedFor = field.dataset.for ?? "";
  return sent.get(typedFor) === field.value ? String(sent.get(key) ?? "") : "";
}

/**
 * Have a hidden field of the form carry a value.
 *
 * @param {HTMLInputElement} field
 * @param {string} name
 * @param {string} value
 */
function carry(field, name, value) {
  const form = field.form;
  if (!form) return;
  for (const old of form.querySelectorAll(`[name="${name}"]`)) {
    if (!(old instanceof HTMLInputElement) || old.type === "radio" || old.closest("fieldset")) {
      old.remove();
    }
  }
  let hidden = findElement(`input[type="hidden"][name="${name}"]`, HTMLInputElement, form);
  if (!hidden) {
    hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = name;
    form.append(hidden);
  }
  hidden.value = value;
}
