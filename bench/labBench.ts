import { inRoot } from "../operations/paths";
import { run } from "../operations/run";
import { note } from "../operations/terminal/progress";
import { stackOf } from "../operations/engine/stack";
import { Session } from "../operations/session/session";
import { fetchPage } from "../operations/verify/requests";
import { Ansible } from "./ansible";
import { writePlan } from "./floorPlan";
import { awaitService, prove } from "./probe";
import { Product, warm } from "./product";
import { terraformProvider } from "./provider";
import { type Recipe, recipe } from "./recipe";
import { type Bench, type Peer, type Tell, timed } from "./rounds";
import { Terraform } from "./terraform";
import { addedServer, writeTopology } from "./topology";
import { inWork } from "./work";
import { readConfig } from "../operations/engine/stackConfig";
import { until } from "../operations/wait";

/** Names of the configuration commands, for `pulumi up --exclude`. */
const configuration = "**-configure";

/** The lab from nothing to service and back, with lvs-lab and its peers. */
export async function labBench(): Promise<Bench> {
  const file = writeTopology(false);
  const product = await Product.open(file);
  const accelerator = readConfig(stackOf(file), "lvs-lab:accelerator") ?? "tcg";
  const plain = await recipe(file, accelerator);
  const grown = await recipe(writeTopology(true), accelerator);
  const terraform = new Terraform(await terraformProvider(), product.uri);
  const ansible = await Ansible.prepare();
  const floor = (...words: readonly string[]): Promise<string> =>
    run(
      [
        inRoot("host", "libvirtd"),
        "enter",
        inRoot("bench", "floor"),
        ...words,
        writePlan(words[0] === "add" ? grown : plain, product.uri),
      ],
      {
        timeout: 600,
      },
    );

  const peers: Peer[] = [
    {
      name: "lvs-lab",
      prepare: warm,
      measure: async (tell) => {
        writeTopology(false);
        const serve = (): Promise<void> => product.withSession(awaitService);
        try {
          await timed(tell, "up", async () => {
            await product.up();
            await serve();
          });
          await timed(tell, "verify", () => product.withSession(prove));
          await product.withSession(async (session) => {
            const snapshots = product.snapshots(session);
            await snapshots.take("bench");
            await timed(tell, "restore until the VIP answers", async () => {
              await snapshots.revert("bench", session);
              const answers = async (): Promise<boolean> =>
                (await fetchPage(session, session.lab.vip, 80, { limit: 1 })).status === 200;
              if (!(await until(60, answers))) throw new Error("the VIP does not answer after a restore");
            });
            await snapshots.remove("bench");
          });
          await timed(tell, "second up", () => product.up());
          await timed(tell, "preview", () => product.preview());
          writeTopology(true);
          await timed(tell, "add a web server", async () => {
            await product.up();
            await serve();
          });
        } finally {
          await timed(tell, "destroy", () => product.destroy());
        }
      },
    },
    {
      name: "terraform",
      measure: async (tell) => {
        try {
          terraform.configure(plain);
          await timed(tell, "up", async () => {
            await terraform.apply();
            await served(sessionOf(plain));
          });
          await timed(tell, "second up", () => terraform.apply());
          terraform.configure(grown);
          await timed(tell, "add a web server", async () => {
            await terraform.apply();
            await served(sessionOf(grown));
          });
        } finally {
          await timed(tell, "destroy", () => terraform.destroy());
          terraform.forget();
        }
      },
    },
    {
      name: "shell",
      measure: async (tell) => {
        try {
          await timed(tell, "up", async () => {
            await floor("up");
            await served(sessionOf(plain));
          });
          await timed(tell, "add a web server", async () => {
            await floor("add", addedServer);
            await served(sessionOf(grown));
          });
        } finally {
          await timed(tell, "destroy", () => floor("down"));
        }
      },
    },
    {
      name: "lvs-lab on booted guests",
      prepare: warm,
      measure: async (tell) => {
        writeTopology(false);
        try {
          await product.up("--exclude", configuration);
          await timed(tell, "configuration", () => product.up());
          await product.withSession(awaitService);
        } finally {
          await product.destroy();
        }
      },
    },
    {
      name: "ansible",
      measure: (tell) => ansibleRound(tell, ansible, plain, floor),
    },
  ];
  const ours = (
    title: string,
    row: string,
    peer: string,
    target?: number,
    name = "lvs-lab",
  ): Bench["ratios"][number] => ({
    title,
    row,
    peer: name,
    over: { peer, row },
    ...(target === undefined ? {} : { target }),
  });
  return {
    peers,
    ratios: [
      ours("warm up to service", "up", "terraform", 0.4),
      ours("warm up to service", "up", "shell", 0.5),
      {
        title: "back to a snapshot",
        row: "restore until the VIP answers",
        peer: "lvs-lab",
        over: { peer: "lvs-lab", row: "up" },
        target: 0.1,
      },
      ours("configuration phase, wall", "configuration", "ansible", 0.5, "lvs-lab on booted guests"),
      {
        title: "second up without change",
        row: "second up",
        peer: "lvs-lab",
        over: { peer: "lvs-lab", row: "preview" },
        target: 1.5,
      },
      ours("second up without change", "second up", "terraform"),
      ours("destroy", "destroy", "terraform", 1),
      ours("add a web server", "add a web server", "terraform", 0.5),
      ours("add a web server", "add a web server", "shell"),
    ],
  };
}

/** A session for a peer's lab, with the program's keys and addresses. */
const sessionOf = ({ outputs }: Recipe): Session => new Session(outputs, true);

async function served(session: Session): Promise<void> {
  try {
    await awaitService(session);
  } finally {
    await session.close();
  }
}

/** The playbook on guests that bench/floor booted. */
async function ansibleRound(
  tell: Tell,
  ansible: Ansible,
  lab: Recipe,
  floor: (...words: readonly string[]) => Promise<string>,
): Promise<void> {
  const session = sessionOf(lab);
  try {
    await floor("boot");
    note("guests are up");
    await floor("give", ansible.python);
    note("guests have Python");
    ansible.configure(lab, inWork("floor"));
    await timed(tell, "configuration", () => ansible.play());
    note("the playbook has run");
    await awaitService(session);
  } finally {
    await session.close();
    await floor("down");
  }
}
