/** A version of keepalived: [2, 2, 7]. */
export type Version = readonly [major: number, minor: number, patch: number];

/** Reads `2.2.7` or `v2.2.7`; a distribution's suffix is allowed. */
export function versionOf(text: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/** Whether the first is older than the second. */
export const isOlder = (version: Version, than: Version): boolean => {
  const index = [0, 1, 2].find((part) => version[part] !== than[part]);
  return index !== undefined && (version[index] ?? 0) < (than[index] ?? 0);
};

/** Whether the reader is known to be older than this. */
export const isKnownOlder = (version: Version | undefined, than: string): boolean => {
  const limit = versionOf(than);
  return version !== undefined && limit !== undefined && isOlder(version, limit);
};
