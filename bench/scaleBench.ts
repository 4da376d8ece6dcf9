import { fetchPage } from "../operations/verify/requests";
import { guestsCost } from "./guests";
import { load } from "./load";
import { awaitService } from "./probe";
import { once, Product, warmWith } from "./product";
import { type Bench, type Peer, timed } from "./rounds";
import { writeLab } from "./topology";

const sizes = [2, 8, 16];
const name = (webs: number): string => `${webs} web servers`;

/** The lab `scale` in several sizes: the cost of a guest and of the engine, and adding a web server under load. */
export async function scaleBench(): Promise<Bench> {
  const product = await Product.open(writeLab("scale"));
  // Web servers of this lab have their own shape.
  const warm = once(() => warmWith(writeLab("scale", "bench-warm.yaml")));
  const peers = sizes.map((webs): Peer => {
    const guests = webs + 2;
    return {
      name: name(webs),
      prepare: warm,
      measure: async (tell) => {
        product.configure({ "lvs-lab:webs": webs });
        try {
          await timed(tell, "preview", () => product.preview());
          await timed(tell, "up", async () => {
            await product.up();
            await product.withSession(awaitService);
          });
          const { cpu, memory } = guestsCost();
          tell("CPU of a guest until service", cpu / guests, "CPU s");
          tell("host memory of a guest", memory / guests, "MB");
          await timed(tell, "second up", () => product.up());
          product.configure({ "lvs-lab:webs": webs + 1 });
          await product.withSession(async (session) => {
            const ask = () => fetchPage(session, session.lab.vip, 80, { limit: 5 });
            const stop = load(async () => (await ask()).status === 200);
            await timed(tell, "add a web server", () => product.up());
            const { asked, failed } = await stop();
            tell("requests meanwhile", asked, "requests");
            tell("of them failed", failed, "requests");
          });
        } finally {
          await timed(tell, "destroy", () => product.destroy());
        }
      },
    };
  });
  const largest = sizes.at(-1) ?? 0;
  const over = (title: string, row: string, target?: number): Bench["ratios"][number][] =>
    sizes.slice(1).map((webs) => ({
      title: `${title}, ${webs} against ${sizes[0]} web servers`,
      row,
      peer: name(webs),
      over: { peer: name(sizes[0] ?? 0), row },
      ...(target === undefined || webs !== largest ? {} : { target }),
    }));
  return {
    peers,
    ratios: [
      ...over("CPU of a guest", "CPU of a guest until service", 1.1),
      ...over("up to service", "up"),
      // 18 guests against 4.
      ...over("preview", "preview", 4.5),
      ...over("second up", "second up", 4.5),
    ],
  };
}
