// Characters that are dangerous where the page puts text: the sets of faulttree/characters.py that it needs.

/** What no XML document may hold. */
export const NOT_XML = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** What a label in a drawing has no use for: it is not seen, or turns the direction of text. */
export const NOT_DRAWN = /[\x7f-\x9f\u00ad\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** What is not printable as Python has it: every separator but the plain space, and what is no character to be seen. */
export const NOT_PRINTABLE = /(?! )[\p{C}\p{Z}]/gu;
