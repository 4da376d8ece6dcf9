import { writable } from "../keepalived/quote";
import { ConfigError, type Problem } from "./error";
import schema from "./schema.json";

/** An advert has room for this many bytes of a VRRP password (RFC 2338 5.3.10, keepalived's VRRP_AUTH_LEN). */
const ROOM = 8;

const NEED = schema.definitions.authPass.errorMessage;

/** Why keepalived cannot take a VRRP password; undefined: it can. Shows nothing of the password but the bad character. */
export function authPassFault(pass: string): Pick<Problem, "got" | "need" | "fix"> | undefined {
  const fault = (got: string, fix: string) => ({ got: `a password ${got}`, need: NEED, fix });
  const bytes = Buffer.byteLength(pass);
  if (pass === "")
    return { got: "an empty password", need: NEED, fix: "leave authentication out if you want no password" };
  if (bytes > ROOM) {
    const size = bytes === pass.length ? `${bytes} characters` : `${bytes} bytes`;
    return fault(`of ${size}`, "an advert has room for 8 bytes, and keepalived drops the rest");
  }
  const control = /[\p{Cc}\u2028\u2029]/u.exec(pass)?.[0];
  if (control !== undefined)
    return fault(`with a control character in it (${codePoint(control)})`, "choose another character");
  if (pass.includes('"')) return fault('with a " in it', 'keepalived.conf cannot hold a "');
  if (/\$\{?_/.test(pass)) return fault("with $_ in it", "keepalived would replace it with a definition");
  if (!writable(pass))
    return fault("with a \\ at its end", "keepalived.conf cannot hold that together with a space or one of #!{}");
  return undefined;
}

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/** Returns the VRRP password if keepalived takes it. Otherwise throws a ConfigError without it. `key` says where it came from. */
export function checkAuthPass(key: string, pass: string): string {
  const fault = authPassFault(pass);
  if (fault !== undefined) throw new ConfigError("configuration of the stack", [{ path: key, ...fault }]);
  return pass;
}
