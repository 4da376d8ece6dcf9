import * as fs from "node:fs";
import * as path from "node:path";
import { type Event, rulesFile, STAGED, type Step } from "../components/machine/remote/script";
import { roleSteps } from "../components/roles/index";
import { cacheDir, inRoot } from "../operations/paths";
import { run, tryRun } from "../operations/run";
import { UserError } from "../model/userError";
import type { Topology } from "../model/topology/topology";
import type { Recipe } from "./recipe";
import { inWork, write } from "./work";

const release = "2.19.14";
/** Packages that Ansible's modules need in a guest. The image has no Python, so the bench copies the host's packages. */
const python = {
  command: "/usr/bin/python3.11",
  packages: ["python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib"],
};

/** Ansible from PyPI, with a playbook that configures a lab like our scripts. */
export class Ansible {
  private constructor(
    private readonly binary: string,
    /** An archive with Python for the guests. */
    readonly python: string,
  ) {}

  /** Finds or makes the virtual environment and the guests' Python, both in the cache. */
  static async prepare(): Promise<Ansible> {
    const venv = path.join(cacheDir, "bench", `ansible-core-${release}`);
    const binary = path.join(venv, "bin", "ansible-playbook");
    if (!fs.existsSync(binary)) {
      process.stderr.write("installing Ansible\n");
      await run(["python3", "-m", "venv", venv]);
      await run([path.join(venv, "bin", "pip"), "install", "--quiet", `ansible-core==${release}`]);
    }
    const tree = path.join(cacheDir, "bench", "python3.11.tar");
    if (!fs.existsSync(tree)) await packPython(tree);
    return new Ansible(binary, tree);
  }

  /** Writes inventory, playbook and settings for a lab. Its key and known hosts are in `folder`. */
  configure(lab: Recipe, folder: string): void {
    const topology = JSON.parse(lab.outputs.topology) as Topology;
    const steps = stepsOf(topology);
    const hosts = lab.outputs.nodes.map(({ name, address, role }) => [
      name,
      { ansible_host: address, role, contents: contentsOf(steps[name] ?? []) },
    ]);
    write("ansible/inventory.json", JSON.stringify({ all: { hosts: Object.fromEntries(hosts) as unknown } }));
    write("ansible/playbook.json", JSON.stringify(playbook(lab, steps)));
    write("ansible/ansible.cfg", settings(folder));
  }

  /** Runs the playbook. Its output goes to a file, because a pipe would stay open with the connections that it leaves behind. */
  async play(): Promise<void> {
    const log = inWork("ansible", "log");
    const files = ["-i", inWork("ansible", "inventory.json"), inWork("ansible", "playbook.json")];
    const words = [inRoot("host", "libvirtd"), "enter", this.binary, ...files];
    const { code } = await tryRun(["sh", "-c", 'exec "$@" >"$0" 2>&1', log, ...words], {
      env: { ANSIBLE_CONFIG: inWork("ansible", "ansible.cfg"), ANSIBLE_LOCAL_TEMP: inWork("ansible", "tmp") },
    });
    if (code !== 0) throw new UserError(`ansible-playbook: exit code ${code}:\n${fs.readFileSync(log, "utf8")}`);
  }
}

/** Packs the host's Python packages in their place in the file system. */
async function packPython(target: string): Promise<void> {
  const folder = inWork("python");
  fs.mkdirSync(path.join(folder, "root"), { recursive: true });
  await run([
    "sh",
    "-ec",
    `cd "$0"; apt-get download "$@"; for deb in *.deb; do dpkg-deb -x "$deb" root; done`,
    folder,
    ...python.packages,
  ]);
  fs.rmSync(path.join(folder, "root", "usr", "share"), { recursive: true, force: true });
  const { code, stderr } = await tryRun([
    "tar",
    "-c",
    "-f",
    `${target}.${process.pid}`,
    "-C",
    path.join(folder, "root"),
    ".",
  ]);
  if (code !== 0) throw new Error(stderr);
  fs.renameSync(`${target}.${process.pid}`, target);
}

const stepsOf = (topology: Topology): Record<string, readonly Step[]> =>
  Object.fromEntries(Object.values(topology.nodes).map((node) => [node.name, roleSteps(topology, node, "123456")]));

const contentsOf = (steps: readonly Step[]): Record<string, string> =>
  Object.fromEntries(
    steps.flatMap((step) => {
      if (step.kind === "ruleset") return [[step.path, rulesFile(step)]];
      return step.kind === "file" || step.kind === "sysctl" ? [[step.path, step.content]] : [];
    }),
  );

/** The fastest settings of Ansible's manual: pipelining, one connection per guest, no facts, independent guests. */
const settings = (folder: string): string => `[defaults]
forks = 50
gathering = explicit
interpreter_python = ${python.command}
stdout_callback = ansible.builtin.minimal
display_skipped_hosts = false
private_key_file = ${folder}/key
remote_user = root
[ssh_connection]
pipelining = True
control_path_dir = ${inWork("cp")}
ssh_args = -F none -o ControlMaster=auto -o ControlPersist=60s -o IdentitiesOnly=yes -o UserKnownHostsFile=${folder}/hosts -o PreferredAuthentications=publickey
`;

type Task = Readonly<Record<string, unknown>>;

/** One play: each role's tasks, with contents per host. Pure. */
export function playbook(
  { outputs }: Pick<Recipe, "outputs">,
  steps: Readonly<Record<string, readonly Step[]>>,
): unknown {
  const roles = [...new Set(outputs.nodes.map(({ role }) => role))];
  const tasks = roles.flatMap((role) => {
    const like = outputs.nodes.find((node) => node.role === role)?.name ?? "";
    return tasksOf(steps[like] ?? [], role).map((task) => ({ ...task, when: condition(role, task.when) }));
  });
  return [{ hosts: "all", gather_facts: false, strategy: "ansible.builtin.free", tasks }];
}

const condition = (role: string, more: unknown): string[] => [
  `role == '${role}'`,
  ...(typeof more === "string" ? [more] : []),
];

function tasksOf(steps: readonly Step[], role: string): Task[] {
  const variable = (index: number): string => `${role}_${index}`;
  const owes = (event: Event): string[] =>
    steps.flatMap((step, index) =>
      step.kind === "file" && step.events?.includes(event) === true ? [`(${variable(index)} is changed)`] : [],
    );
  return steps.flatMap((step, index): Task[] => {
    switch (step.kind) {
      case "file":
      case "sysctl": {
        const { path: dest } = step;
        const [mode, check] = step.kind === "file" ? [step.mode, step.check] : [];
        const copy = {
          dest,
          content: `{{ contents['${dest}'] }}`,
          mode: mode ?? "0644",
          ...(check === undefined
            ? {}
            : { validate: check.map((word) => quoted(word.replaceAll(STAGED, "%s"))).join(" ") }),
        };
        const backup = { src: `${dest}.sample`, dest: `${dest}.bak`, remote_src: true, force: false };
        return [
          ...(step.kind === "file" && step.backup === true
            ? [{ name: `keep ${dest}`, "ansible.builtin.copy": backup }]
            : []),
          { name: dest, "ansible.builtin.copy": copy, register: variable(index) },
          ...(step.kind === "sysctl"
            ? [
                {
                  name: `apply ${dest}`,
                  "ansible.builtin.command": `sysctl -p ${dest}`,
                  when: `${variable(index)} is changed`,
                },
              ]
            : []),
        ];
      }
      case "ruleset": {
        const { path: dest, target } = step;
        const content = `{{ contents['${dest}'] }}`;
        const unit = `/usr/lib/systemd/system/nftables.service /etc/systemd/system/${target}.wants/`;
        return [
          {
            name: dest,
            "ansible.builtin.copy": { dest, content, mode: "0644", validate: "nft --check --file %s" },
            register: variable(index),
          },
          {
            name: `load ${dest}`,
            "ansible.builtin.shell": `nft --file ${dest} && ln -sf ${unit}`,
            when: `${variable(index)} is changed`,
          },
        ];
      }
      case "made": {
        const folder = step.path.replace(/\/[^/]*$/, "");
        const command = `mkdir -p ${folder} && ${step.command.map(quoted).join(" ")} >${step.path}`;
        return [{ name: step.path, "ansible.builtin.shell": { cmd: command, creates: step.path } }];
      }
      // The measured lab has one network, no mount, and nothing to remove.
      case "beneath":
      case "line":
      case "network":
      case "absent":
      case "reload":
      // Its image is Debian and already has them.
      case "packages":
      case "permissive":
        return [];
      case "module":
        return [
          {
            name: step.name,
            "ansible.builtin.command": { cmd: `modprobe ${step.name}`, creates: `/sys/module/${step.name}` },
          },
        ];
      case "unit": {
        // `reloaded` also starts a stopped unit, so one call does what would otherwise need a handler.
        const [restart, reload] = [owes(`restart:${step.name}`), owes(`reload:${step.name}`)];
        const state = !step.active
          ? "stopped"
          : restart.length > 0
            ? `{{ 'restarted' if ${restart.join(" or ")} else 'started' }}`
            : reload.length > 0
              ? `{{ 'reloaded' if ${reload.join(" or ")} else 'started' }}`
              : "started";
        // A new unit is unknown before that.
        const written = steps.some((one) => one.kind === "file" && one.path.endsWith(`/${step.name}.service`));
        const wanted = { name: step.name, enabled: step.enabled, state, ...(written ? { daemon_reload: true } : {}) };
        // A unit that must be off may not exist, which the module reports as an error.
        const missing = `'Could not find the requested service' in ${variable(index)}.msg | default('')`;
        const off =
          step.enabled || step.active ? {} : { failed_when: `${variable(index)} is failed and not ${missing}` };
        return [{ name: step.name, "ansible.builtin.systemd_service": wanted, register: variable(index), ...off }];
      }
    }
  });
}

const quoted = (word: string): string => (/\s/.test(word) ? `'${word}'` : word);
