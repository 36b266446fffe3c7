"use strict";
// One document serves every language: it takes its language from the page drawn in it, so that a screen reader
// changes its voice and the crisis bar its words. What Streamlit says in English is put into that language too.
(() => {
  const root = document.getElementById("root");
  if (!root) return;
  const words = JSON.parse(document.getElementById("streamlits-words")?.dataset.words ?? "{}");
  const OURS_NOT = 'a[href^="#"], [data-testid="InputInstructions"], [role="listbox"]';
  const english = new WeakMap();
  let waiting = false;

  function sayStreamlits(lang) {
    for (const part of root.ownerDocument.querySelectorAll(OURS_NOT)) {
      const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const kept = english.get(node);
        const said = kept && node.data === kept.now ? kept.first : node.data;
        const now = words[lang]?.[said] ?? said;
        if (now === node.data) continue;
        english.set(node, { first: said, now });
        node.data = now;
      }
    }
  }

  function follow() {
    waiting = false;
    const page = /st-key-speaks-(\S+)/.exec(root.querySelector('[class*="st-key-speaks-"]')?.className ?? "");
    if (page && document.documentElement.lang !== page[1]) document.documentElement.lang = page[1];
    for (const button of root.querySelectorAll('[class*="st-key-language-"]')) {
      button.lang = /st-key-language-(\S+)/.exec(button.className)[1];
    }
    sayStreamlits(document.documentElement.lang);
  }

  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(follow);
  }).observe(document.body, { childList: true, subtree: true });
})();
