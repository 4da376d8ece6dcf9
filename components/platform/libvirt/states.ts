/** Reads what `virsh -q list --all` prints: id, name, state, of which the last may be two words. */
export const parseStates = (listed: string): Map<string, string> =>
  new Map([...listed.matchAll(/^\s*\S+\s+(\S+)\s+(\S.*?)\s*$/gm)].map(([, name = "", state = ""]) => [name, state]));
