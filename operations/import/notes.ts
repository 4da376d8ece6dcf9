import { byPosition, type Position } from "../../model/keepalived/finding";

/** Something that the lab does not show, with its place in the site's files. */
export interface Unrehearsed {
  readonly at: Position;
  readonly what: string;
  readonly why: string;
}

/** Collects what the report says. Each item is there once. */
export class Notes {
  readonly assumed: string[] = [];
  readonly standIns: string[] = [];
  readonly #unrehearsed: Unrehearsed[] = [];

  /** File by file, from top to bottom. */
  get unrehearsed(): readonly Unrehearsed[] {
    const files = [...new Set(this.#unrehearsed.map(({ at }) => at.file))];
    return [...this.#unrehearsed].sort(
      (a, b) => files.indexOf(a.at.file) - files.indexOf(b.at.file) || byPosition(a.at, b.at),
    );
  }

  assume(text: string): void {
    if (!this.assumed.includes(text)) this.assumed.push(text);
  }

  standIn(text: string): void {
    if (!this.standIns.includes(text)) this.standIns.push(text);
  }

  /** The same thing at several places (a pair of files says most things twice) counts once, at its first place. */
  lose(at: Position, what: string, why: string): void {
    if (!this.#unrehearsed.some((one) => one.what === what && one.why === why))
      this.#unrehearsed.push({ at, what, why });
  }
}
