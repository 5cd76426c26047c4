// The pages that a page leads to: with one click, and with one on a menu before.
(() => {
  const path = (a) => new URL(a.href, location.href).pathname;
  const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
  const links = [...document.querySelectorAll("a[href]")].filter((a) => !a.href.baseVal && a.origin === location.origin);
  const inMenu = (a) => {
    const menu = a.closest("details:not([open])");
    return menu && seen(menu.querySelector("summary"));
  };
  return {
    Direct: [...new Set(links.filter(seen).map(path))],
    Menu: [...new Set(links.filter(inMenu).map(path))],
  };
})();
