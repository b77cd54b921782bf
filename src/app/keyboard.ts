/** Keys that work anywhere on the page, except where a key means something to what has the focus. */
export function installKeys(toggle: () => void): void {
  document.addEventListener('keydown', (event) => {
    if (event.key !== ' ' || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest('button, select, summary, a, textarea'))
      return;
    event.preventDefault();
    toggle();
  });
}
