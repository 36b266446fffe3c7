"use strict";
// One document serves every language: it takes its language from the page drawn in it, so that a screen reader
// changes its voice and the crisis bar its words.
(() => {
  const root = document.getElementById("root");
  if (!root) return;
  let waiting = false;

  function follow() {
    waiting = false;
    const page = /st-key-speaks-(\S+)/.exec(root.querySelector('[class*="st-key-speaks-"]')?.className ?? "");
    if (page && document.documentElement.lang !== page[1]) document.documentElement.lang = page[1];
    for (const button of root.querySelectorAll('[class*="st-key-language-"]')) {
      button.lang = /st-key-language-(\S+)/.exec(button.className)[1];
    }
  }

  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(follow);
  }).observe(root, { childList: true, subtree: true });
})();
