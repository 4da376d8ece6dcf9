/** Bytes of the object: 1 MiB. */
const SIZE = 1024 * 1024;
/** Enough numbers, one per line. Every part of the object is different, so a lost or swapped part is noticed. */
const LAST = 200_000;

/** An object that every web server serves besides its page, the same on all. Its digest proves payloads (`command | sha256sum`). */
export const OBJECT = {
  size: SIZE,
  sha256: "a7a14d0926bda540030fd4c43a64aa0c8a343f5cd735e34b45150c4b0b7a528e",
  /** It is outside the document root, which may be a mount. */
  folder: "/var/www/lvs-lab",
  path: "/var/www/lvs-lab/object",
  /** Path of its URL. */
  url: "/lvs-lab/object",
  /** Prints it. */
  command: ["sh", "-c", `seq 1 ${LAST} | head -c ${SIZE}`],
} as const;
