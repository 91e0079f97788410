// Elements of the page, by selector and kind.

/**
 * The first element that a selector finds, if it is of this kind.
 *
 * @template {Element} Kind
 * @param {string} selector
 * @param {new () => Kind} kind
 * @param {ParentNode} within
 * @returns {Kind | undefined}
 */
export function findElement(selector, kind, within = document) {
  const element = within.querySelector(selector);
  return element instanceof kind ? element : undefined;
}

/**
 * The same, where a page without it is none of ours: an error says what is missing.
 *
 * @template {Element} Kind
 * @param {string} selector
 * @param {new () => Kind} kind
 * @param {ParentNode} within
 * @returns {Kind}
 */
export function getElement(selector, kind, within = document) {
  const element = findElement(selector, kind, within);
  if (!element) throw new Error(`${selector} is missing`);
  return element;
}

/**
 * Every element of this kind that a selector finds.
 *
 * @template {Element} Kind
 * @param {string} selector
 * @param {new () => Kind} kind
 * @param {ParentNode} within
 * @returns {Kind[]}
 */
export function listElements(selector, kind, within = document) {
  return [...within.querySelectorAll(selector)].flatMap((each) =>
    each instanceof kind ? [each] : [],
  );
}

/**
 * The nearest element around what an event happened to.
 *
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | undefined}
 */
export function findAround(event, selector) {
  const element = event.target instanceof Element ? event.target.closest(selector) : null;
  return element instanceof HTMLElement ? element : undefined;
}
