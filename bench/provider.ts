import * as fs from "node:fs";
import * as path from "node:path";
import { cacheDir, inRoot } from "../operations/paths";
import { run } from "../operations/run";
import { inWork } from "./work";

const module = "github.com/dmacvicar/terraform-provider-libvirt";

/**
 * The folder of Terraform's build of the libvirt provider that our plugin bridges: same version and dependencies, from
 * toolchain/libvirt/go.mod. Kept in the cache.
 */
export async function terraformProvider(): Promise<string> {
  const source = inRoot("toolchain", "libvirt");
  const version = new RegExp(`${module} (v\\S+)`).exec(fs.readFileSync(path.join(source, "go.mod"), "utf8"))?.[1];
  const folder = path.join(cacheDir, "bench", `terraform-provider-libvirt-${version}`);
  const binary = path.join(folder, "terraform-provider-libvirt");
  if (fs.existsSync(binary)) return folder;
  process.stderr.write("building Terraform's libvirt provider (some minutes the first time)\n");
  // The build uses a copy, because its main needs an additional module (go-plugin) and the checkout's go.sum must not change.
  const copy = inWork("provider");
  fs.cpSync(source, copy, { recursive: true });
  const built = `${binary}.${process.pid}`;
  const env = { CGO_ENABLED: "0", GOWORK: "off" };
  await run(["go", "-C", copy, "build", "-mod=mod", "-trimpath", "-ldflags", "-s -w", "-o", built, module], { env });
  fs.renameSync(built, binary);
  return folder;
}
