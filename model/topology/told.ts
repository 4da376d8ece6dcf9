/**
 * Decides what a message may repeat of a file. Any text can be a secret: a password on the line above its key, or a whole section
 * of passwords. So a message shows words of the schema or of keepalived.conf(5), numbers where numbers belong, addresses, and names of
 * sections. For everything else it says only what kind of thing it is.
 */
import { isNear, isWord, refusal } from "./hints";
import type { Schema } from "./schemaParts";
import { counted } from "../counted";

/** What the file has, and advice if there is any. */
export type Told = { readonly got: string; readonly fix?: string };

/** Describes a refused value. `key`: the last one of its place; `secret`: whether the place is for secrets. */
export function toldValue(value: unknown, schema: Schema, key: string, secret: boolean): Told {
  if (value === null || value === undefined) return { got: "nothing" };
  if (Array.isArray(value)) return { got: value.length === 0 ? "an empty list" : `a list of ${value.length}` };
  if (typeof value === "object") return { got: Object.keys(value).length === 0 ? "an empty section" : "a section" };
  if (typeof value === "string") return toldText(value, schema, key, secret);
  if (typeof value === "boolean") return { got: String(value) };
  if (typeof value === "number" && !secret && takesNumbers(schema)) return { got: String(value) };
  return { got: "a number", ...(schema.type === "string" ? { fix: "put it in quotes" } : {}) };
}

/** Whether the schema takes numbers. */
export const takesNumbers = ({ type, enum: values }: Schema): boolean =>
  type === "integer" || type === "number" || values?.some((one) => typeof one === "number") === true;

function toldText(text: string, schema: Schema, key: string, secret: boolean): Told {
  if (text === "") return { got: "an empty text" };
  const { type, enum: values = [], characters, not } = schema;
  if (takesNumbers(schema))
    return /^-?[\d.]+$/.test(text) ? { got: "a number in quotes", fix: "write it without quotes" } : { got: "a text" };
  if (type === "boolean")
    return /^(true|yes|on|y|false|no|off|n)$/i.test(text)
      ? { got: `the text ${text}`, fix: `write ${/^(t|y|on)/i.test(text) ? "true" : "false"}, without quotes` }
      : { got: "a text" };
  if (values.length > 0) {
    // A known word is not a secret. A word like one can be a secret in a place for secrets.
    const known = refusal(key, text) !== undefined || isWord(text);
    return known || (!secret && isNear(text, values.map(String)))
      ? { got: text }
      : { got: "a text that is not one of these" };
  }
  if (!secret && type === "string" && isAddress(text)) return { got: text };
  if (type !== "string" || secret || characters === undefined) return { got: "a text" };
  if (not?.enum?.includes(text) === true) return { got: text };
  return { got: toldCharacters(text, characters) };
}

/** What is wrong with a text: a character that is not allowed, or its length or order. */
export function toldCharacters(text: string, characters: string): string {
  const foreign = Array.from(text).find((one) => !new RegExp(`^[${characters}]$`, "u").test(one));
  if (foreign === undefined) return `a text of ${counted(text.length, "character")}`;
  if (/^\s$/u.test(foreign)) return foreign === "\n" ? "a text of several lines" : "a text with white space in it";
  if (/^[\p{Cc}]$/u.test(foreign)) return "a text with a control character in it";
  return `a text with ${foreign} in it`;
}

/** An unknown name. It is shown only if it is like a known one. */
export const toldName = (name: string, known: readonly string[]): string =>
  isNear(name, known) ? name : "an unknown name";

/** Numbers with dots, slashes or colons: an address, a prefix or a MAC, perhaps with an error. */
const isAddress = (text: string): boolean =>
  /^\d+(\.\d+)+(\/\d*)?$/.test(text) ||
  /^[\da-f]{1,2}([:-][\da-f]{1,2}){4,}$/i.test(text) ||
  (/^[\da-f:.]+(\/\d+)?$/i.test(text) && text.split(":").length > 2);
