// The staff list: the sentence can be copied, and all boxes of the page ticked at once.

import { findElement, listElements } from "./lib/page.js";
import "./lib/sharing.js";

const cell = findElement(".table-staff thead .staff-tick", HTMLTableCellElement);
const boxes = listElements(".table-staff [name=pegawai]", HTMLInputElement);
const label = cell?.dataset.label;
if (cell && label) {
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", label);
  all.addEventListener("change", () => {
    for (const box of boxes) {
      box.checked = all.checked;
    }
  });
  cell.append(all);
}
