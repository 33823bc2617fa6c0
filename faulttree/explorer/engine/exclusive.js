// Events that exclude each other: what states make of their probabilities, and the chain of independent events, its
// links, that decides which of them occurs: "this one, given none before it". The formulas of faulttree/laws/exclusive.py,
// and its order of operations, so that both round alike.

import { LEAST } from "./numbers.js";

/** @import { ExclusiveGroup, Observed, Sides, State, States } from "../types" */

const ABOVE_ONE = 1e-9; // how far above 1 probabilities of alternatives may sum by rounding
const SUM_TOLERANCE = 1e-6; // how far from 1 those may sum of which one is true
/** @type {Sides} */
const UNKNOWN = [NaN, NaN];
/** @type {Sides} */
const NEVER = [0, 1];
/** @type {Sides} */
const CERTAIN = [1, 0];

/**
 * Probability of each member of a group, and of its absence, by place; and that none is true. NaN where not known.
 * set: the same with the complement that a number has by itself where one was set; it may round in another way.
 *
 * @typedef {{ members: readonly Sides[], none: number, set?: readonly Sides[] }} Shares
 */
/**
 * What is set of members, by place; null where nothing is.
 *
 * @typedef {readonly (number | null)[]} Given
 */

/** An exclusive group. */
export class Alternatives {
  /** @param {ExclusiveGroup} group */
  constructor({ name, members, links, laws, exhaustive }) {
    this.name = name;
    this.members = members;
    this.links = links;
    this.exhaustive = exhaustive;
    /** @type {Sides[]} */
    this.laws = laws.map((sides) => sides ?? UNKNOWN);
    this.isKnown = laws.every((sides) => sides !== null);
  }

  /**
   * What states make of the members. Throws where they give the members more, or less, than one truth.
   *
   * @param {States} states
   * @returns {Shares}
   */
  shares(states) {
    const set = this.members.map((member) => states.get(member));
    this.refuseTruths(set);
    if (set.includes(true)) return { members: set.map((state) => (state === true ? CERTAIN : NEVER)), none: 0 };
    const given = set.map((state) => (state === undefined ? null : Number(state)));
    /** @type {Sides[]} */
    const own = given.map((p) => (p === null ? UNKNOWN : [p, 1 - p]));
    if (!this.isKnown && given.includes(null)) return { members: own, none: NaN };
    const found = this.sharedOut(this.isKnown ? this.laws : own, given);
    return { ...found, set: found.members.map((sides, place) => (given[place] === null ? sides : own[place])) };
  }

  /**
   * @param {readonly (State | undefined)[]} set
   */
  refuseTruths(set) {
    const given = set.flatMap((state) => (state === undefined ? [] : [Number(state)]));
    const total = sum(given);
    const text = Number(total.toPrecision(10));
    const [one, other] = this.members.filter((_, place) => set[place] === true);
    if (other !== undefined) {
      throw new Error(`“${one}” and “${other}” are both true, and exclusive group “${this.name}” lets one be; set one of them.`);
    }
    if (total > 1 + ABOVE_ONE) {
      throw new Error(`The events of exclusive group “${this.name}” are given probabilities that sum to ${text}, above 1; set one of them.`);
    }
    if (this.exhaustive && given.length === set.length && total < 1 - SUM_TOLERANCE) {
      throw new Error(`One event of exclusive group “${this.name}” is true, and all of them together get ${text}; set one of them.`);
    }
  }

  /**
   * The members with some probabilities given: the others, and that none is true, share what is left in the proportions
   * that they have. Throws where that leaves nothing.
   *
   * @param {readonly Sides[]} members
   * @param {Given} given
   * @returns {Shares}
   */
  sharedOut(members, given) {
    let q = members.map(([p]) => p);
    let notQ = members.map(([, notP]) => notP);
    let none = 0;
    if (this.exhaustive) {
      const total = sum(q);
      if (total <= 0) this.refuse("the probabilities of its events sum to 0, and one of them is true");
      notQ = q.map((_, place) => (sum(q.slice(0, place)) + sum(q.slice(place + 1))) / total);
      q = q.map((p) => p / total);
    } else {
      none = noneOf(q, notQ);
      if (none < -ABOVE_ONE) this.refuse(`the probabilities of its events sum to ${Number((1 - none).toPrecision(6))}, more than 1`);
      none = Math.max(none, 0);
    }
    if (given.some((p) => p !== null)) {
      const taken = sum(given.map((p) => p ?? 0));
      const left = none + sum(q.map((p, place) => (given[place] === null ? p : 0)));
      if (this.exhaustive && 1 - taken > ABOVE_ONE && left <= 0) this.refuse("what was set leaves nothing that the others could share");
      const factor = left > 0 ? Math.max(0, 1 - taken) / left : 0;
      none = left > 0 ? none * factor : Math.max(0, 1 - taken);
      q = q.map((p, place) => given[place] ?? this.kept(p, factor));
      notQ = q.map((_, place) => none + sum(q.slice(0, place)) + sum(q.slice(place + 1)));
    }
    return { members: q.map((p, place) => [p, notQ[place]]), none };
  }

  /**
   * A product, unless it is above 0 and has lost its digits.
   *
   * @param {number} p
   * @param {number} factor
   * @returns {number}
   */
  kept(p, factor) {
    const product = p * factor;
    if (product < LEAST && product !== p && p > 0 && factor > 0) this.refuse("what was set leaves one of the others below 1e-300, where the numbers of this page end");
    return product;
  }

  /**
   * @param {string} what
   * @returns {never}
   */
  refuse(what) {
    throw new Error(`Exclusive group “${this.name}”: ${what}.`);
  }

  /**
   * The same once some members were observed: probability of that, and the shares given it.
   *
   * @param {Shares} shares
   * @param {Observed} observed
   * @returns {Shares & { p: number }}
   */
  given({ members, none }, observed) {
    const seen = this.members.map((member) => observed.get(member));
    const there = seen.indexOf(true);
    if (there >= 0) {
      const p = seen.indexOf(true, there + 1) >= 0 ? 0 : members[there][0];
      return { p, none: 0, members: members.map((_, place) => (place === there ? CERTAIN : NEVER)) };
    }
    if (!seen.includes(false)) return { p: 1, none, members };
    const p = none + sum(members.map(([q], place) => (seen[place] === false ? 0 : q)));
    if (p === 0) return { p, none: 1, members: members.map(() => NEVER) };
    // Sums of the others, so that neither side is one minus the other.
    const q = members.map(([own], place) => (seen[place] === false ? 0 : own));
    const others = q.map((_, place) => none + sum(q.slice(0, place)) + sum(q.slice(place + 1)));
    return { p, none: none / p, members: q.map((own, place) => (own === 0 ? NEVER : [own / p, others[place] / p])) };
  }

  /**
   * Probability of each link, and of its absence.
   *
   * @param {Shares} shares
   * @returns {Sides[]}
   */
  chained({ members, none }) {
    return members.map((own, place) => {
      if (own[0] === 0) return NEVER;
      const after = none + sum(members.slice(place + 1).map(([p]) => p));
      if (place === 0) return [own[0], Math.min(after, 1)];
      const before = after + own[0];
      return [Math.min(own[0] / before, 1), Math.min(after / before, 1)];
    });
  }

  /**
   * Probability of each link where one member is known to be true: those after it make no difference.
   *
   * @param {number} place
   * @returns {Sides[]}
   */
  linksWith(place) {
    return this.links.map((_, at) => (at === place ? CERTAIN : NEVER));
  }

  /**
   * Probability of each link where one member is known to be false; null where that cannot be.
   *
   * @param {Shares} shares
   * @param {number} place
   * @returns {Sides[] | null}
   */
  linksWithout({ members: shared, set: members = shared }, place) {
    const given = members.map((_, at) => (at === place ? 0 : null));
    const left = sum(members.map(([p], at) => (at === place ? 0 : p)));
    return this.exhaustive && left <= 0 ? null : this.chained(this.sharedOut(members, given));
  }
}

/**
 * Probability that none of some alternatives is true: the complement of the largest, less the others, which are taken
 * off with what each rounding loses.
 *
 * @param {readonly number[]} q
 * @param {readonly number[]} notQ
 * @returns {number}
 */
function noneOf(q, notQ) {
  const largest = q.indexOf(Math.max(...q));
  let none = notQ[largest];
  let lost = 0;
  q.forEach((each, place) => {
    const term = place === largest ? 0 : each;
    const left = none - term;
    const taken = none - left;
    lost += none - (left + taken) - (term - taken);
    none = left;
  });
  return none + lost;
}

/**
 * From left to right, as Python adds.
 *
 * @param {readonly number[]} numbers
 * @returns {number}
 */
function sum(numbers) {
  return numbers.reduce((total, each) => total + each, 0);
}

/** The exclusive groups of a tree. */
export class Exclusions {
  /** @param {readonly ExclusiveGroup[]} groups */
  constructor(groups) {
    this.groups = groups.map((group) => new Alternatives(group));
    /** The group of each member, and its place there. */
    this.placeOf = new Map(this.groups.flatMap((group) => group.members.map((member, place) => [member, { group, place }])));
    /** The member of each link. */
    this.memberOf = new Map(this.groups.flatMap(({ links, members }) => links.map((link, place) => [link, members[place]])));
  }

  get isEmpty() {
    return this.groups.length === 0;
  }

  /** Why sets of events that explain what was observed are left out; empty where they are not. */
  noExplanations() {
    const [group] = this.groups;
    return group ? `Explanations are left out: they are not worked out where events exclude each other, as those of exclusive group “${group.name}” do.` : "";
  }

  /**
   * What states make of every group: Map. Throws where they give its members more, or less, than one truth.
   *
   * @param {States} states
   * @returns {Map<Alternatives, Shares>}
   */
  shares(states) {
    return new Map(this.groups.map((group) => [group, group.shares(states)]));
  }

  /**
   * The members that are false because another one is true.
   *
   * @param {States} states
   * @returns {string[]}
   */
  ruledOut(states) {
    return this.groups.filter(({ members }) => members.some((member) => states.get(member) === true))
      .flatMap(({ members }) => members.filter((member) => states.get(member) !== true));
  }

  /**
   * The shares of every group once some members were observed, and the probability of that: Map.
   *
   * @param {ReadonlyMap<Alternatives, Shares>} shares
   * @param {Observed} observed
   * @returns {Map<Alternatives, Shares & { p: number }>}
   */
  given(shares, observed) {
    return new Map([...shares].map(([group, before]) => [group, group.given(before, observed)]));
  }

  /**
   * Probability of every link, and of its absence: Map.
   *
   * @param {ReadonlyMap<Alternatives, Shares>} shares
   * @returns {Map<string, Sides>}
   */
  links(shares) {
    /** @type {Map<string, Sides>} */
    const found = new Map();
    for (const [group, each] of shares) {
      for (const [place, sides] of group.chained(each).entries()) found.set(group.links[place], sides);
    }
    return found;
  }
}
