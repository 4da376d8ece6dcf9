/** Reads libvirt's XML. */
import type { XMLParser } from "fast-xml-parser";

/** An element as the parser gives it: the elements in it by name, its text, and its attributes by "@name". */
type Parsed = { readonly [name: string]: readonly Parsed[] | string | undefined };

const TEXT = "#text";
let parser: XMLParser | undefined;

/** The parser. It is loaded with the first document, because most verbs of `lab` read none. */
function load(): XMLParser {
  const library = require("fast-xml-parser") as typeof import("fast-xml-parser");
  return new library.XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    parseTagValue: false,
    trimValues: false,
    alwaysCreateTextNode: true,
    textNodeName: TEXT,
    isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
  });
}

/** An element of an XML document. */
export class Element {
  constructor(private readonly parsed: Parsed) {}

  /** All elements at a path of names below this one, in their order. */
  all(...names: readonly string[]): Element[] {
    return names.reduce<Element[]>((at, name) => at.flatMap((one) => one.children(name)), [this]);
  }

  /** Text of the first element at a path; undefined: there is none. */
  text(...names: readonly string[]): string | undefined {
    const [first] = this.all(...names);
    const text = first?.parsed[TEXT];
    return typeof text === "string" ? text : undefined;
  }

  /** An attribute; undefined: it has none of that name. */
  attribute(name: string): string | undefined {
    const value = this.parsed[`@${name}`];
    return typeof value === "string" ? value : undefined;
  }

  private children(name: string): Element[] {
    const found = this.parsed[name];
    return Array.isArray(found) ? (found as readonly Parsed[]).map((one) => new Element(one)) : [];
  }
}

/** Reads a document. The names of a path begin with that of its root. */
export function readXml(text: string): Element {
  parser ??= load();
  return new Element(parser.parse(text) as Parsed);
}
