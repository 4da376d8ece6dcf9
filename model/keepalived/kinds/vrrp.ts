import type { Kind } from "../entry";
import { quoted } from "../quote";
import { Secret } from "../secret";
import { integerOf } from "./numbers";
import { missing, refuse } from "./problem";

/** A key of auth_hmac. */
export interface HmacKey {
  readonly id: number;
  /** The key, or the path of its file. */
  readonly key: Secret;
  readonly isFile: boolean;
}

/** `key ID KEY`: KEY is text, hex:… or file:PATH, 32 to 64 bytes. */
export const hmacKey = (): Kind<HmacKey> => {
  const kind: Kind<HmacKey> = {
    takes: "an id from 1 to 255 and a key of 32 to 64 bytes: text, hex:… or file:PATH",
    isSecret: true,
    read(statement, context) {
      const [id, key] = statement.values;
      if (!id || !key) return missing(context, kind, statement);
      const number = integerOf(id.text);
      if (number === undefined || number < 1 || number > 255) return refuse(context, kind, statement.keyword.text, id);
      const isFile = key.text.startsWith("file:");
      const length = key.text.startsWith("hex:")
        ? Math.floor((key.text.replace(/\s/g, "").length - 3) / 2)
        : Buffer.byteLength(key.text);
      if (!isFile && (length < 32 || length > 64)) return refuse(context, kind, statement.keyword.text, key);
      return Object.freeze({ id: number, key: new Secret(key.text), isFile });
    },
    write: ({ id, key }) => ({ text: `${id} ${quoted(key.reveal())}` }),
  };
  return kind;
};

/** A process by its name, or its path with parameters. */
export interface ProcessCommand {
  readonly process: string;
  readonly parameters: readonly string[];
}

export const processCommand = (): Kind<ProcessCommand> => {
  const kind: Kind<ProcessCommand> = {
    takes: "a process, optionally its parameters",
    read(statement, context) {
      const [first, ...others] = statement.values;
      if (!first) return missing(context, kind, statement);
      return Object.freeze({ process: first.text, parameters: Object.freeze(others.map((word) => word.text)) });
    },
    write: ({ process, parameters }) => ({ text: [process, ...parameters].map(quoted).join(" ") }),
  };
  return kind;
};

/** The value that the daemon writes into a tracked file when it starts. */
export interface TrackFileInit {
  readonly value: number;
  readonly overwrites: boolean;
}

/** `init_file [VALUE] [overwrite]` */
export const trackFileInit = (): Kind<TrackFileInit> => {
  const kind: Kind<TrackFileInit> = {
    takes: "optionally a number from -254 to 254, optionally overwrite",
    read(statement, context) {
      let value = 0;
      let overwrites = false;
      for (const word of statement.values) {
        const number = /^\s*[-\d]/.test(word.text) ? integerOf(word.text) : undefined;
        if (word.text === "overwrite") overwrites = true;
        else if (number === undefined || Math.abs(number) > 254) refuse(context, kind, statement.keyword.text, word);
        value = number ?? value;
      }
      return Object.freeze({ value, overwrites });
    },
    write: ({ value, overwrites }) => ({ text: `${value}${overwrites ? " overwrite" : ""}` }),
  };
  return kind;
};
