"""Asks a browser what a reader sees of the blocks of a page."""

from __future__ import annotations

from typing import TypedDict

from playwright.sync_api import Page


class Shown(TypedDict):
    """What a browser shows of one block.

    ``text`` is what can be read of it (``innerText``); ``hidden`` says why nothing can, or is empty;
    ``covered`` names what lies over a line of it.
    """

    text: str
    hidden: str
    covered: list[str]


# A reader opens each check, and looks at each tab; what scrolls within its box is looked at where it begins.
_LOOK = r"""
() => {
  const frame = () => new Promise(requestAnimationFrame);
  const reveal = code => {
    for (let outer = code.parentElement; outer; outer = outer.parentElement) {
      if (outer.tagName === 'DETAILS') outer.open = true;
      if (!outer.classList.contains('tabbed-block')) continue;
      const set = outer.closest('.tabbed-set');
      const number = [...outer.parentElement.children].indexOf(outer);
      set.querySelectorAll(':scope > input')[number].checked = true;
    }
  };
  const over = (code, box) => {
    const covered = new Set();
    const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const line of range.getClientRects()) {
        const [x, y] = [line.left + Math.min(line.width, 8) / 2, line.top + line.height / 2];
        if (line.width < 1 || x < box.left || x > box.right || y < box.top || y > box.bottom) continue;
        const top = document.elementFromPoint(x, y);
        if (top === null || !(code.contains(top) || top.contains(code)))
          covered.add(`${top ? `${top.tagName}.${top.className}` : 'nothing'} lies over ${node.data}`);
      }
    }
    return [...covered];
  };
  const faint = code => {
    const style = getComputedStyle(code);
    if (parseFloat(style.fontSize) < 8) return `its letters are ${style.fontSize} high`;
    let seen = 1;
    for (let outer = code; outer; outer = outer.parentElement) seen *= getComputedStyle(outer).opacity;
    return seen < 0.5 ? `its opacity is ${seen}` : '';
  };
  return (async () => {
    const found = [];
    for (const code of document.querySelectorAll('.guide-block pre > code')) {
      reveal(code);
      code.scrollIntoView({block: 'center'});
      await frame();
      const asked = {opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true};
      const box = code.closest('pre').getBoundingClientRect();
      let hidden = code.checkVisibility(asked) ? faint(code) : 'it is not visible';
      if (!hidden && (box.width < 20 || box.height < 8)) hidden = `it is ${box.width} by ${box.height}`;
      found.push({text: code.innerText, hidden, covered: over(code, box)});
    }
    return found;
  })();
}
"""


def blocks(page: Page) -> list[Shown]:
    """What the reader of an open page sees of each block, in the page's order."""
    shown: list[Shown] = page.evaluate(_LOOK)
    return shown
