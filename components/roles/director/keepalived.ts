import { render } from "../../../model/keepalived/render";
import { keepalivedOf, type KeepalivedOptions } from "../../../model/topology/keepalived";
import type { Topology } from "../../../model/topology/topology";

/** Renders the keepalived.conf of a director or a proxy. */
export function renderKeepalived(topology: Topology, director: string, options: KeepalivedOptions = {}): string {
  const { config, comments } = keepalivedOf(topology, director, options);
  return render(config, comments);
}
