/** Bytes of the object: 1 MiB. */
const SIZE = 1024 * 1024;
/** Numbers, one a line, enough of them: every part of the object differs from every other, so nothing can be lost or swapped unseen. */
const LAST = 200_000;

/** An object that every web server serves beside its page, the same on all: payloads are compared by its digest (`command | sha256sum`). */
export const OBJECT = {
  size: SIZE,
  sha256: "a7a14d0926bda540030fd4c43a64aa0c8a343f5cd735e34b45150c4b0b7a528e",
  /** Outside of the document root, which may be a mount. */
  folder: "/var/www/lvs-lab",
  path: "/var/www/lvs-lab/object",
  /** Path of its URL. */
  url: "/lvs-lab/object",
  /** Prints it. */
  command: ["sh", "-c", `seq 1 ${LAST} | head -c ${SIZE}`],
} as const;
