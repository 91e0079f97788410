// One part at a time on a phone: previous, next, and links to a part by its number.

/**
 * Show one of the parts; the style sheet decides whether the others are seen too. Gives what turns
 * to the next part after one of them, if that one is still here and alone.
 */
export function turnPages(frame, parts) {
  const pager = frame.querySelector("[data-pager]");
  const back = pager.querySelector('[data-step="previous"]');
  const forth = pager.querySelector('[data-step="next"]');
  let here = 0;

  const show = (index, isMoved) => {
    here = Math.max(0, Math.min(index, parts.length - 1));
    for (const part of parts) part.classList.toggle("is-here", part === parts[here]);
    back.disabled = here === 0;
    forth.hidden = here === parts.length - 1;
    for (const link of frame.querySelectorAll("[data-number]")) {
      if (link.hash === `#${parts[here].id}`) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    }
    if (!isMoved) return;
    history.replaceState(history.state, "", `#${parts[here].id}`);
    parts[here].scrollIntoView();
    parts[here].querySelector("h2").focus({ preventScroll: true });
  };

  const showNamed = (hash, isMoved) => {
    const index = parts.findIndex((part) => `#${part.id}` === hash);
    if (index >= 0) show(index, isMoved);
    return index >= 0;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (link && showNamed(link.hash, true)) event.preventDefault();
  });
  back.addEventListener("click", () => show(here - 1, true));
  forth.addEventListener("click", () => show(here + 1, true));
  addEventListener("hashchange", () => showNamed(location.hash, false));

  frame.classList.add("is-paged");
  pager.hidden = false;
  if (!showNamed(location.hash, false)) {
    const open = parts.findIndex(
      (part) => part.id !== "kumpulkan" && !part.querySelector(":checked"),
    );
    show(open < 0 ? parts.length - 1 : open, false);
  }
  return (part) => {
    const isAlone = parts.every((each) => each === part || !each.getClientRects().length);
    if (parts[here] === part && isAlone) show(here + 1, true);
  };
}
