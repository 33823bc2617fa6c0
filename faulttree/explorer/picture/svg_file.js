// The picture as an SVG file of its own.

import { svgElement } from "./svg.js";
import { FONT, xmlSafe } from "./text.js";

/**
 * A sheet that holds the parts of a picture of that size, in light colours whatever the page's are.
 *
 * @param {readonly Node[]} parts
 * @param {string} title
 * @param {{ width: number, height: number }} size
 * @returns {SVGElement}
 */
export function sheetOf(parts, title, { width, height }) {
  const margin = 26;
  const [wide, high] = [Math.ceil(width + 2 * margin), Math.ceil(height + 2 * margin)];
  const svg = svgElement("svg", { class: "ft-diagram ft-light ft-sheet", width: wide, height: high,
                            viewBox: `0 0 ${wide} ${high}` });
  const moved = svgElement("g", { transform: `translate(${margin} ${margin})` });
  moved.append(...parts);
  svg.append(svgElement("title", {}, title), svgElement("rect", { class: "ft-paper", width: wide, height: high }), moved);
  return svg;
}

// What an element's style is written out for, and what holds where nothing is written.
/** @type {Record<string, string>} */
const INLINE = {
  fill: "none", stroke: "none", "stroke-width": "1", "stroke-dasharray": "none", "stroke-linejoin": "miter",
  "stroke-linecap": "butt", "font-weight": "400", "text-anchor": "start", opacity: "1",
};

/**
 * A drawn picture as the text of an SVG file: what the style sheet gives is written on every element, what it hides
 * is left out. svg: must stand in the document, so that styles apply to it. Valid XML whatever the labels hold.
 *
 * @param {SVGElement} svg
 * @returns {string}
 */
export function standaloneSvg(svg) {
  /** @type {Map<string, { hidden: boolean, styles: [string, string][] }>} */
  const known = new Map();
  /** @type {(element: Element, key: string) => { hidden: boolean, styles: [string, string][] }} */
  const styleOf = (element, key) => {
    let found = known.get(key);
    if (found === undefined) {
      const computed = getComputedStyle(element);
      /** @type {(name: string) => [string, string]} */
      const styled = (name) => [name, computed.getPropertyValue(name).replaceAll("px", "")];
      found = { hidden: computed.display === "none", styles: Object.keys(INLINE).map(styled) };
      known.set(key, found);
    }
    return found;
  };
  /** @type {(element: Element, path: string) => void} */
  const walk = (element, path) => {
    if (["title", "desc"].includes(element.tagName)) return;
    const key = `${path}>${element.tagName}.${element.getAttribute("class") ?? ""}`;
    const { hidden, styles } = styleOf(element, key);
    const isEmpty = element.getAttribute("d") === "" || (element.tagName === "text" && !element.textContent);
    if (hidden || isEmpty) {
      element.remove();
      return;
    }
    for (const child of [...element.children]) walk(child, key);
    for (const name of element.getAttributeNames()) {
      if (/^(class|role|id|aria-.*|data-.*)$/.test(name)) element.removeAttribute(name);
    }
    if (["g", "svg"].includes(element.tagName)) return;
    for (const [name, value] of styles) {
      if (/^(font|text)/.test(name) && element.tagName !== "text") continue;
      if (name === "fill" || value !== INLINE[name]) element.setAttribute(name, value);
    }
  };
  walk(svg, "");
  svg.setAttribute("font-family", FONT);
  svg.setAttribute("role", "img");
  const text = xmlSafe(new XMLSerializer().serializeToString(svg));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`;
}
