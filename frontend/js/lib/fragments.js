// What stands behind # in the address of a QR code says whose certificate it is. A browser keeps it to
// itself where it opens the address; where the address is pasted to be looked up, we do.

/** @param {HTMLInputElement | HTMLTextAreaElement | undefined} field */
export function keepFragments(field) {
  field?.addEventListener("input", () => {
    const kept = field.value.replace(/(:\/\/[^\s#]+)#\S*/g, "$1");
    if (kept !== field.value) field.value = kept;
  });
}
