// Many certificates at once: a whole folder can be chosen, which browsers know and HTML does not.

import { findElement, getElement } from "./lib/page.js";

const field = getElement("[data-folder]", HTMLElement);
const chosen = findElement("input", HTMLInputElement, field);
if (chosen && "webkitdirectory" in chosen) {
  chosen.webkitdirectory = true;
  field.hidden = false;
}
