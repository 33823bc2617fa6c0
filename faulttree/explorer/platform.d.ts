/** What the engine and the state use of their surroundings, which is all that they may use. */

declare function atob(base64: string): string;
declare function setTimeout(work: () => void, milliseconds: number): unknown;
declare const performance: { now(): number };
