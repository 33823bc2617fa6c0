// Elements of SVG, made by DOM calls only: what a model says is text, never markup.

/**
 * An SVG element with attributes and, as text, content.
 *
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {string} [content]
 * @returns {SVGElement}
 */
export function svgElement(tag, attributes = {}, content = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (content) made.textContent = content;
  return made;
}
