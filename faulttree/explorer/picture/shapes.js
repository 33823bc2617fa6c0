/*
 * How an element of the fault tree looks: its description box, the strip with name and probability, its symbol, the tag
 * that says its state. Shapes carry classes only; diagram.css gives them colour. Sizes are the static drawing's
 * (render/style.py, symbols.py, cards.py, drawing.py).
 */

import { cleanText, fitText, FONT, textWidth, wrapText, xmlSafe } from "./text.js";

/**
 * The standard symbols, as paths that start at the middle of their top, `height` tall.
 *
 * d: filled outlines. line: what is not filled. half: half the width. foot: y at which a line from below meets it.
 * markY, markHalf: the middle of the text inside, and half the room it has.
 * Source: W. E. Vesely et al., Fault Tree Handbook, NUREG-0492, 1981, chapter IV; IEC 61025:2006, annex A.
 */
export const DiagramSymbols = (() => {
  const HEIGHT = 56;
  const BUBBLE = "m0 0a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0 -9z";
  const INPUT_CURVE = "c-13.5 -11 -40.5 -11 -54 0";

  const made = (d, half, more = {}) =>
    ({ d, line: "", half, height: HEIGHT, foot: HEIGHT, markY: HEIGHT / 2, markHalf: 20, ...more });
  const and = (top = 0) =>
    made(`m-26 ${HEIGHT}v${top + 26 - HEIGHT}a26 26 0 0 1 52 0v${HEIGHT - 26 - top}z`, 26,
         { markY: top / 2 + 31, markHalf: 21 });
  const or = (top = 0, bottom = HEIGHT) => {
    const tall = bottom - top;
    const near = 0.15 * tall;
    const far = 0.52 * tall;
    const d = `m0 ${top}c16 ${near} 27 ${far} 27 ${tall}${INPUT_CURVE}c0 ${far - tall} 11 ${near - tall} 27 ${-tall}z`;
    return made(d, 27, { foot: bottom - 8.25, markY: top + 0.55 * tall, markHalf: 18.5 });
  };
  const xor = (top = 0) => {
    const body = or(top, HEIGHT - 5);
    return { ...body, line: `m27 ${HEIGHT}${INPUT_CURVE}`, foot: HEIGHT - 8.25, markHalf: 18 };
  };
  const negated = (body) => ({ ...body, d: BUBBLE + body.d });

  const table = {
    and: and(), or: or(), atleast: or(), cardinality: or(), xor: xor(),
    not: made(`${BUBBLE}m0 9l27 47h-54z`, 27, { markY: 45.5, markHalf: 14.5 }),
    nand: negated(and(9)), nor: negated(or(9)), iff: negated(xor(9)),
    imply: made("m-30 0h60v56h-60z", 30, { markHalf: 26 }),
    inhibit: made("m-16 0h32l16 28l-16 28h-32l-16 -28z", 32),
    basic: made("m0 0a27 27 0 1 1 0 54a27 27 0 1 1 0 -54z", 27, { height: 54, foot: 54, markY: 27 }),
    undeveloped: made("m0 0l36 28l-36 28l-36 -28z", 36),
    conditioning: made("m0 0a38 23 0 1 1 0 46a38 23 0 1 1 0 -46z", 38, { height: 46, foot: 46, markY: 23 }),
    house: made("m0 0l27 19v37h-54v-37z", 27, { markY: 37, markHalf: 24 }),
    transfer: made("m0 0l29 50h-58z", 29, { height: 50, foot: 50, markY: 38, markHalf: 15 }),
  };

  /** The symbol of a place: of its connective, of its kind of event, or of a transfer. */
  const of = ({ transfer, vertex }) => table[transfer ? "transfer" : vertex.connective || vertex.kind] ?? table.basic;

  /** What stands inside the symbol: `OR`, `2/3`, `1..2/4`; for an event that occurs more than once `×2`. */
  function mark({ transfer, vertex, times }) {
    const { connective, low, high, inputs } = vertex;
    if (transfer || connective === "inhibit") return "";
    if (!connective) return times > 1 ? `×${times}` : "";
    if (connective === "atleast") return `${low}/${inputs.length}`;
    return connective === "cardinality" ? `${low}..${high}/${inputs.length}` : connective.toUpperCase();
  }

  return { HEIGHT, of, mark };
})();

export const DiagramShapes = (() => {
  const { HEIGHT } = DiagramSymbols;
  const BOX_WIDTHS = [136, 158, 184];
  const PAD = 9;
  const LABEL = { size: 12.5, leading: 16, pad: 6.5, most: 5 };
  const CONDITION = { size: 11, leading: 13.5, width: 126, most: 4, gap: 22, overhang: 32, caption: 16 };
  const STRIP = { height: 20, tall: 34, leading: 14, pad: 7 };
  const NAME_SIZES = [11, 10, 9];
  const FIGURE = 11;
  const MARK_SIZES = [11, 10, 9, 8, 7];
  const TAG = { size: 8.5, height: 14 };
  const STUB = 11;
  const FOLD_BELOW = 13; // from a symbol's bottom to the middle of the control that folds what hangs beneath
  const RISE = 0.36; // of the size: from the middle of a line of text down to its baseline
  const EYE = "m-5 0q5 -5.5 10 0q-5 5.5 -10 0zm5 -1.7a1.7 1.7 0 1 0 0 3.4a1.7 1.7 0 1 0 0 -3.4z";

  /** An SVG element with attributes and, as text, content. */
  function make(tag, attributes = {}, content = "") {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (content) made.textContent = content;
    return made;
  }

  const line = (x, middle, content, size, attributes = {}) =>
    make("text", { x, y: middle + RISE * size, "font-size": size, ...attributes }, content);

  /** The narrowest box in which all labels take at most three lines and all names stand uncut, or else the widest. */
  function boxWidth(vertices) {
    const comfortable = ({ name, label }, room) =>
      textWidth(cleanText(name), NAME_SIZES[1], true) <= room && wrapText(label || name, room, LABEL.size).length <= 3;
    const named = vertices.filter((vertex) => vertex.name);
    const isWide = (width) => named.every((vertex) => comfortable(vertex, width - 2 * PAD));
    return BOX_WIDTHS.find(isWide) ?? BOX_WIDTHS.at(-1);
  }

  /** The card of every place: what it holds, how far it reaches from its axis, and the heights it needs. */
  function measured(places, top) {
    const width = boxWidth([...new Set(places.map((place) => place.vertex))]);
    const figureRoom = textWidth("0.00e-00", FIGURE) + 12;
    const lines = new Map();
    const cards = places.map((place) => {
      const { key, vertex, oval } = place;
      if (oval) return ovalCard(place);
      if (!lines.has(key)) {
        const text = cleanText(vertex.label) || cleanText(vertex.name);
        lines.set(key, wrapText(text, width - 2 * PAD, LABEL.size, { bold: key === top, most: LABEL.most }));
      }
      const symbol = DiagramSymbols.of(place);
      const hasBox = vertex.kind !== "formula";
      const half = hasBox ? width / 2 : symbol.half;
      const name = textWidth(cleanText(vertex.name).slice(0, 200), NAME_SIZES[1], true);
      const crowded = name + figureRoom + PAD > width - 2 * STRIP.pad;
      return {
        symbol, hasBox, width, left: half, right: half, lines: hasBox ? lines.get(key) : [],
        box: hasBox ? lines.get(key).length * LABEL.leading + 2 * LABEL.pad : 0,
        strip: hasBox ? (crowded ? STRIP.tall : STRIP.height) : 0,
        stub: hasBox ? STUB : 0, body: symbol.height,
      };
    });
    for (const { index, side } of places) {
      if (side < 0) continue;
      const [gate, oval] = [cards[index], cards[side]];
      gate.sideAxis = gate.symbol.half + CONDITION.gap + oval.rx;
      gate.right = Math.max(gate.right, gate.sideAxis + oval.right);
      gate.stub = Math.max(gate.stub, oval.ry - HEIGHT / 2 + 7);
      gate.body = Math.max(gate.body, HEIGHT / 2 + oval.ry + oval.captions * CONDITION.caption);
    }
    return cards;
  }

  /** A condition's oval, whose text fits inside, with its name and probability beneath. */
  function ovalCard({ vertex, times }) {
    const lines = wrapText(cleanText(vertex.label) || vertex.name, CONDITION.width, CONDITION.size, { most: CONDITION.most });
    const ry = Math.max(21, lines.length * CONDITION.leading * 0.66 + 7);
    const rx = lines.reduce((widest, text, index) => {
      const top = (Math.abs(index - (lines.length - 1) / 2) + 0.5) * CONDITION.leading;
      return Math.max(widest, (textWidth(text, CONDITION.size) / 2 + 5) / Math.sqrt(1 - (top / ry) ** 2));
    }, 48);
    const room = 2 * rx + CONDITION.overhang;
    const name = cleanText(vertex.name) + (times > 1 ? ` ×${times}` : "");
    const captions = textWidth(`${name.slice(0, 200)} · 0.00e-00`, FIGURE) <= room ? 1 : 2;
    return { lines, rx, ry, name, captions, left: room / 2, right: room / 2, box: 0, strip: 0, stub: 0, body: 0 };
  }

  /** The parts every drawn element has: its group, and the painting of its state. */
  function drawn(place, corner, parts) {
    const { vertex, index, oval, transfer } = place;
    const kinds = [vertex.kind, vertex.connective, oval ? "oval" : "", transfer ? "transfer" : ""].filter(Boolean);
    const base = ["ft-card", ...kinds.map((kind) => `ft-${kind}`), ...(index ? [] : ["ft-top"])].join(" ");
    const group = make("g", { role: "treeitem", "data-place": index, "data-name": vertex.name });
    const said = [...(vertex.said ?? [])];
    if (!said.length) said.push(vertex.label || vertex.name || vertex.connective);
    if (transfer) said.push("Developed elsewhere: double click goes there");
    else if (place.times > 1) said.push(`Shared: occurs at ${place.times} places`);
    group.append(make("title", {}, xmlSafe(said.join("\n"))), ...parts.items);
    const badge = make("g", { class: "ft-badge", "data-toggle": "" });
    group.append(badge);
    let before = "";
    let tagBefore = null;

    /** look: {classes, tag, observed, figure, was, arrow, said}; draws only what changed. */
    const paint = (look) => {
      const now = JSON.stringify(look);
      if (now === before) return;
      before = now;
      group.setAttribute("class", [base, ...look.classes].join(" "));
      group.setAttribute("aria-label", cleanText(look.said));
      group.setAttribute("aria-selected", String(look.classes.includes("is-selected")));
      parts.paint(look);
      const tag = `${look.observed ? "OBS " : ""}${look.tag}`;
      if (tag === tagBefore) return;
      tagBefore = tag;
      badge.replaceChildren(...badgeItems(tag, look.observed, corner, Boolean(vertex.connective && vertex.name)));
    };
    return { group, paint };
  }

  function badgeItems(tag, observed, corner, isGate) {
    if (!tag.trim()) {
      if (!isGate) return [];
      return [make("title", {}, "Set the gate: true, false, as computed"),
              make("circle", { class: "ft-knob", cx: corner.x, cy: corner.y, r: 7.5 }),
              make("path", { class: "ft-knob-half", d: `M${corner.x} ${corner.y - 4.5}a4.5 4.5 0 0 1 0 9z` })];
    }
    const eye = observed ? 14 : 0;
    const width = textWidth(tag, TAG.size, true) + 12 + eye;
    const left = corner.isMiddle ? corner.x - width / 2 : corner.x + 6 - width;
    const { height } = TAG;
    const items = [make("rect", { class: "ft-tag", x: left, y: corner.y - height / 2, width, height, rx: 4 })];
    if (observed) items.push(make("path", { class: "ft-eye", d: `M${left + 11} ${corner.y}${EYE}` }));
    items.push(line(left + eye + (width - eye) / 2, corner.y, tag, TAG.size, { class: "ft-tag-text" }));
    return items;
  }

  /** One element at its own axis, y from its row's top: {group, paint}. */
  function drawCard(place, card, row, { isTop, isFolded }) {
    if (place.oval) return drawOval(place, card, row);
    const { vertex, transfer } = place;
    const { symbol, width } = card;
    const symbolTop = row.box + row.strip + row.stub;
    const items = [];
    let figure = { paint() {} };
    if (card.hasBox) {
      const height = row.box + row.strip;
      items.push(ring(width / 2, 0, height));
      items.push(make("path", { class: "ft-edge", d: `M0 ${height}V${symbolTop}` }));
      items.push(make("rect", { class: "ft-label-box", x: -width / 2, y: 0, width, height: row.box }));
      const first = (row.box - (card.lines.length - 1) * LABEL.leading) / 2;
      const kind = { class: isTop ? "ft-label ft-bold" : "ft-label" };
      items.push(...card.lines.map((text, index) => line(0, first + index * LABEL.leading, text, LABEL.size, kind)));
      figure = strip(vertex, width, row);
      items.push(...figure.items);
      const outline = `M${-width / 2} 0h${width}v${height}h${-width}zM${-width / 2} ${row.box}h${width}`;
      items.push(make("path", { class: "ft-frame", d: outline }));
    } else items.push(ring(symbol.half, symbolTop, symbol.height));
    if (!transfer && vertex.connective && place.times > 1) items.push(...wanted(width, symbolTop));
    items.push(make("path", { class: "ft-symbol", d: `M0 ${symbolTop}${symbol.d}` }));
    if (symbol.line) items.push(make("path", { class: "ft-symbol-line", d: `M0 ${symbolTop}${symbol.line}` }));
    const mark = DiagramSymbols.mark(place);
    const [markText, markSize] = fitText(mark, 2 * symbol.markHalf, MARK_SIZES, true);
    items.push(strike(0, symbolTop + symbol.height / 2, symbol.half + 4, symbol.height / 2 - 3, mark ? 0.42 : 0));
    if (mark) items.push(line(0, symbolTop + symbol.markY, markText, markSize, { class: "ft-mark" }));
    if (place.children.length) items.push(foldControl(place, isFolded, symbolTop));
    return drawn(place, { x: width / 2 - 2, y: -2 }, { items, paint: figure.paint });
  }

  /** Name on the left, probability on the right; in a tall strip beneath the name, with the base's beside it. */
  function strip(vertex, width, row) {
    const pad = STRIP.pad;
    const tall = row.strip > STRIP.height;
    const lower = row.box + row.strip / 2 + (tall ? STRIP.leading / 2 : 0);
    const room = width - 2 * pad - (tall ? 0 : textWidth("0.00e-00", FIGURE) + 12 + PAD / 2);
    const [name, size] = fitText(vertex.name, room, NAME_SIZES, true);
    const value = line(width / 2 - pad, lower, "", FIGURE, { class: "ft-figure" });
    const was = line(-width / 2 + pad, lower, "", 9, { class: "ft-was" });
    const arrow = make("path", { class: "ft-arrow" });
    const items = [
      make("rect", { class: "ft-strip", x: -width / 2, y: row.box, width, height: row.strip }),
      line(-width / 2 + pad, lower - (tall ? STRIP.leading : 0), name, size, { class: "ft-name" }), was, arrow, value,
    ];
    const paint = (look) => {
      const text = tall && look.figure ? `P = ${look.figure}` : look.figure;
      value.textContent = text;
      was.textContent = tall && look.was ? `was ${look.was}` : "";
      const x = width / 2 - pad - textWidth(text, FIGURE) - 7.5;
      const up = look.arrow > 0;
      arrow.setAttribute("d", look.arrow ? `M${x} ${lower + (up ? -4 : 4)}l4.2 ${up ? 7.5 : -7.5}h-8.4z` : "");
    };
    return { items, paint };
  }

  function drawOval(place, card, row) {
    const middle = row.box + row.strip + row.stub + HEIGHT / 2;
    const { rx, ry } = card;
    const first = middle - (card.lines.length - 1) * CONDITION.leading / 2;
    const under = middle + ry + CONDITION.caption / 2 + 2;
    const name = line(0, under, "", FIGURE, { class: "ft-caption" });
    const value = line(0, under + CONDITION.caption, "", FIGURE, { class: "ft-caption" });
    const items = [
      ring(rx, middle - ry, 2 * ry),
      make("path", { class: "ft-edge", d: `M${-CONDITION.gap - rx} ${middle}h${CONDITION.gap}` }),
      make("ellipse", { class: "ft-symbol", cx: 0, cy: middle, rx, ry }),
      strike(0, middle, rx + 4, ry * 0.9, 0),
      ...card.lines.map((text, index) =>
        line(0, first + index * CONDITION.leading, text, CONDITION.size, { class: "ft-condition-text" })),
      name, value,
    ];
    const room = 2 * rx + CONDITION.overhang;
    const shortName = fitText(card.name, room, [FIGURE])[0];
    const paint = (look) => {
      name.textContent = card.captions === 1 ? `${shortName} · ${look.figure}` : shortName;
      value.textContent = card.captions === 1 ? "" : look.figure;
    };
    return drawn(place, { x: 0, y: middle - ry, isMiddle: true }, { items, paint });
  }

  /** A stroke from lower left to upper right; gap: share of it left out in the middle, where text stands. */
  function strike(x, y, half, rise, gap) {
    return make("path", { class: "ft-strike", d: `M${x - half} ${y + rise}L${x - half * gap} ${y + rise * gap}` +
                                                 `M${x + half * gap} ${y - rise * gap}L${x + half} ${y - rise}` });
  }

  /** A small triangle joined to the gate's side: the gate is transferred to other places. */
  function wanted(width, symbolTop) {
    const middle = symbolTop + HEIGHT / 2;
    const left = -width / 2 + 14;
    return [make("path", { class: "ft-edge", d: `M${left} ${middle}H0` }),
            make("path", { class: "ft-small-transfer", d: `M${left} ${middle - 11}l11 19h-22z` })];
  }

  /** The rectangle around what is selected, focused or found. */
  function ring(half, y, height) {
    return make("rect", { class: "ft-ring", x: -half - 5, y: y - 5, width: 2 * half + 10, height: height + 10, rx: 6 });
  }

  function foldControl(place, isFolded, symbolTop) {
    const symbol = DiagramSymbols.of(place);
    const control = make("g", { class: isFolded ? "ft-fold ft-folded" : "ft-fold", "data-fold": "" });
    const y = symbolTop + symbol.height + FOLD_BELOW;
    control.append(make("title", {}, isFolded ? `Unfold ${place.below} hidden elements` : "Fold what hangs beneath"));
    if (!isFolded) {
      control.append(make("circle", { class: "ft-fold-shape", cx: 0, cy: y, r: 6.5 }),
                     make("path", { class: "ft-fold-sign", d: `M-3.2 ${y}h6.4` }));
      return control;
    }
    const text = `+${place.below}`;
    const width = textWidth(text, 10, true) + 14;
    control.append(make("path", { class: "ft-edge", d: `M0 ${symbolTop + symbol.foot}V${y}` }),
                   make("rect", { class: "ft-fold-shape", x: -width / 2, y: y - 8, width, height: 16, rx: 8 }),
                   line(0, y, text, 10, { class: "ft-fold-text" }));
    return control;
  }

  return { FONT, drawCard, make, measured };
})();
