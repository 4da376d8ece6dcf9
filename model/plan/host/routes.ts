import { type Cidr, cidrOf } from "../addresses";

/** A route of `ip -json route`. */
export interface Route {
  /** Absent: the default route. */
  readonly to?: Cidr;
  readonly card: string;
  readonly metric: number;
}

type Mapping = Readonly<Record<string, unknown>>;

/** Reads the output of `ip -json route`; other content has no routes. */
export function readRoutes(text: string): readonly Route[] {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return [];
  }
  return (Array.isArray(found) ? (found as readonly unknown[]) : []).flatMap((one): Route[] => {
    const { dst, dev, metric } = (typeof one === "object" && one !== null ? one : {}) as Mapping;
    if (typeof dst !== "string" || typeof dev !== "string") return [];
    const to = dst === "default" ? undefined : cidrOf(dst);
    if (dst !== "default" && !to) return [];
    return [{ ...(to ? { to } : {}), card: dev, metric: typeof metric === "number" ? metric : 0 }];
  });
}
