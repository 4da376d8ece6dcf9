import { UserError } from "../../../model/userError";
import type { Platform, Platforms } from "../platform";
import type { Programs } from "../programs";
import { Embedded, type Host } from "./embedded";
import { Libvirt, SETTING, SYSTEM_URI } from "./libvirt";
import { objectOf } from "./resource";

/** The libvirts that this machine reaches. */
export class Libvirts implements Platforms {
  readonly setting = SETTING;
  readonly objectOf = objectOf;
  private readonly own: Embedded;

  constructor(
    private readonly programs: Programs,
    private readonly host: Host,
  ) {
    this.own = new Embedded(programs, host);
  }

  private libvirt(uri: string, own?: Embedded): Platform {
    return new Libvirt(this.programs, uri, this.host.script("accelerator"), own);
  }

  wantedUri(configured: string | undefined): string | undefined {
    return configured ?? process.env.LIBVIRT_DEFAULT_URI;
  }

  embeddedUri(): Promise<string> {
    return this.own.uri();
  }

  async embedded(): Promise<Platform | undefined> {
    if (!this.own.isThere()) return undefined;
    await this.own.start();
    return this.libvirt(await this.own.uri(), this.own);
  }

  async at(uri: string): Promise<Platform> {
    return this.libvirt(uri, uri === (await this.own.uri()) ? this.own : undefined);
  }

  async standing(configured: string | undefined): Promise<Platform | undefined> {
    return (await this.other(configured)) ?? this.embedded();
  }

  async expectedUri(configured: string | undefined): Promise<string | undefined> {
    const wanted = this.wantedUri(configured);
    if (wanted !== undefined) return wanted === (await this.own.uri()) ? undefined : wanted;
    return (await this.systemAnswers()) ? SYSTEM_URI : undefined;
  }

  /**
   * The configured libvirt; without configuration that of LIBVIRT_DEFAULT_URI or the system's own, if it answers; else the embedded one.
   */
  async ready(configured: string | undefined): Promise<Platform> {
    const other = await this.other(configured);
    if (other !== undefined) return other;
    await this.own.start();
    return this.libvirt(await this.own.uri(), this.own);
  }

  /** The same, but undefined instead of the embedded one. */
  private async other(configured: string | undefined): Promise<Platform | undefined> {
    const uri = await this.expectedUri(configured);
    if (uri === undefined) return undefined;
    const libvirt = this.libvirt(uri);
    // One that nobody wants by its address is the system's own, which has just answered.
    if (this.wantedUri(configured) === undefined || (await libvirt.answers())) return libvirt;
    throw new UserError(
      `libvirt:uri: nothing answers at ${uri} (start that libvirt, or remove the setting to use the embedded one)`,
    );
  }

  private systemAnswers(): Promise<boolean> {
    return this.libvirt(SYSTEM_URI).answers();
  }
}
