import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";

/** The algorithm Ed25519 (RFC 8410): its signatures have no random part, so the same name always gives the same text. */
const ED25519 = Buffer.from("300506032b6570", "hex");

/** DER (X.690): tag, length, content. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length > 0xffff) throw new Error(`${content.length} bytes are too many for two bytes of length`);
  const { length } = content;
  return Buffer.concat([Buffer.from(length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]), content]);
}

const sequence = (...contents: readonly Buffer[]): Buffer => der(0x30, ...contents);
const bits = (content: Buffer): Buffer => der(0x03, Buffer.of(0), content);
const time = (text: string): Buffer => der(0x17, Buffer.from(text));

/** The name CN=…, RFC 5280, 4.1.2.4. */
const commonName = (name: string): Buffer =>
  sequence(der(0x31, sequence(Buffer.from("0603550403", "hex"), der(0x0c, Buffer.from(name)))));

/**
 * Renders a key and a self-signed certificate (RFC 5280, version 1) for a stand-in, in PEM. No machine needs a tool that makes them. They are made of the
 * lab's and the machine's name alone, so they are no secret, and whoever trusts them trusts everybody. Valid from 2020 to 2049, so that no clock matters.
 */
export function renderCertificate(lab: string, name: string): string {
  const seed = createHash("sha256").update(`lvs-lab ${lab} ${name}`).digest();
  // RFC 8410, 7.
  const secret = sequence(Buffer.of(2, 1, 0), ED25519, der(0x04, der(0x04, seed)));
  const key = createPrivateKey({ key: secret, format: "der", type: "pkcs8" });
  const body = renderBody(seed, name, key);
  return pem("PRIVATE KEY", secret) + pem("CERTIFICATE", sequence(body, ED25519, bits(sign(null, body, key))));
}

/** What is signed: serial number, algorithm, issuer, validity, subject, key. */
function renderBody(seed: Buffer, name: string, key: KeyObject): Buffer {
  return sequence(
    // A positive number.
    der(0x02, Buffer.of(1), seed.subarray(0, 7)),
    ED25519,
    commonName(name),
    sequence(time("200101000000Z"), time("491231235959Z")),
    commonName(name),
    createPublicKey(key).export({ format: "der", type: "spki" }),
  );
}

const pem = (label: string, bytes: Buffer): string =>
  `-----BEGIN ${label}-----\n${(bytes.toString("base64").match(/.{1,64}/g) ?? []).join("\n")}\n-----END ${label}-----\n`;
