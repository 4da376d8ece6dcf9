import { writable } from "../model/keepalivedWord";
import { ConfigError, type Problem } from "./error";
import schema from "./schema.json";

/** Bytes of a VRRP password that an advert has room for (RFC 2338 5.3.10, VRRP_AUTH_LEN of keepalived). */
const ROOM = 8;

const NEED = schema.definitions.authPass.errorMessage;

/** Why keepalived could not take a VRRP password as it is, without a word of it but the character that is to blame; undefined: it can. */
export function authPassFault(pass: string): Pick<Problem, "got" | "need" | "fix"> | undefined {
  const fault = (got: string, fix: string) => ({ got: `a password ${got}`, need: NEED, fix });
  const bytes = Buffer.byteLength(pass);
  if (pass === "") return { got: "an empty password", need: NEED, fix: "without a password leave authentication out" };
  if (bytes > ROOM) {
    const size = bytes === pass.length ? `${bytes} characters` : `${bytes} bytes`;
    return fault(`of ${size}`, "an advert has room for 8 bytes, and keepalived drops the rest");
  }
  const control = /[\p{Cc}\u2028\u2029]/u.exec(pass)?.[0];
  if (control !== undefined)
    return fault(`with a control character in it (${codePoint(control)})`, "choose another character");
  if (pass.includes('"')) return fault('with a " in it', 'keepalived.conf has no way to write a "');
  if (/\$\{?_/.test(pass)) return fault("with $_ in it", "keepalived puts a definition of its own in its place");
  if (!writable(pass))
    return fault("with a \\ at its end", "keepalived.conf cannot write that together with a space or one of #!{}");
  return undefined;
}

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/** Answers a VRRP password that keepalived takes; throws a ConfigError that does not show it. `key` is where it came from. */
export function checkAuthPass(key: string, pass: string): string {
  const fault = authPassFault(pass);
  if (fault !== undefined) throw new ConfigError("configuration of the stack", [{ path: key, ...fault }]);
  return pass;
}
