import { checksOf, type Control, edited } from "./control";
import { type Course, proofsOf } from "./course";
import type { Proof } from "./proof";

const conf = "/etc/keepalived/keepalived.conf";
const reload = "systemctl reload keepalived";

/** Of the director with ipvsadm alone. */
const alone: readonly Control[] = [
  {
    node: "lb03",
    damage:
      "ipvsadm -E -t 10.0.0.13:80 -s rr; rmmod ip_vs_wrr; ipvsadm --set 900 120 300; systemctl -q disable lvs-lab-vip",
    mend: "ipvsadm -E -t 10.0.0.13:80 -s wrr -p 20; ipvsadm --set 30 5 60; systemctl -q enable lvs-lab-vip",
    says: {
      persistence: /10\.0\.0\.\d+: was served by web0., web0. through 10\.0\.0\.13:80, must stay on one/,
      timeouts: /lb03: the timeouts \(tcp tcpfin udp\) is 900 120 300, must be 30 5 60/,
      "scheduler-modules": /lb03: ip_vs_wrr is not loaded/,
      "vip-on-director": /lb03: lvs-lab-vip\.service at boot is disabled, must be enabled/,
    },
  },
  {
    node: "lb03",
    ...edited("/etc/ipvsadm.rules", "$d"),
    says: { "saved-table": /lb03: the saved table lacks -a -t 10\.0\.0\.13:80 -r 10\.0\.0\.18:80 -g -w 1/ },
  },
];

/** On both: while one is restarted the other has the VIP. */
const pair: readonly Control[] = ["lb03", "lb04"].map((node) => ({
  node,
  ...edited(conf, "s,10.0.0.13/24,10.0.0.13/32,", "systemctl restart keepalived"),
  says: { "vip-secondary": /lb0.: holds 10\.0\.0\.13\/32, must be \/24/ },
}));

/** Of a proxy and of the script that looks after it. */
const haproxy: readonly Control[] = [
  {
    node: "lb02",
    damage:
      "systemctl -q disable haproxy; chmod 777 /etc/keepalived/haproxy_check.sh; echo '#' >>/etc/keepalived/haproxy_check.sh",
    mend: "systemctl -q enable haproxy; chmod 755 /etc/keepalived/haproxy_check.sh; sed -i '$d' /etc/keepalived/haproxy_check.sh",
    says: {
      proxies: /lb02: haproxy\.service at boot is disabled, must be enabled/,
      "check-script": /lb02: \/etc\/keepalived\/haproxy_check\.sh is not the lab's/,
      "script-security": /lb02: the script's mode and owner is 777 root, must be 755 root/,
    },
  },
];

/** Who has the VIP gives it back. */
const nopreempt: readonly Control[] = ["lb01", "lb02"].map((node) => ({
  node,
  ...edited(conf, "/nopreempt/d", reload),
  says: {
    "first-started": /with keepalived started on lb01 after it the VIP is held by lb01, must be lb02/,
    "case-both-backup-nopreempt": /lb01 is back and the VIP is held by lb01, must be lb02/,
    "vip-moves": /the MASTER changed 2 times, must be 1/,
  },
}));

/** The labs without a suite of their own. */
export const courses: readonly Course[] = [
  // The first director gets a second one, and keepalived in the place of ipvsadm; the client leaves its address to it.
  [
    { lab: "dr-wrr-persistent", controls: alone },
    { lab: "dr-wrr-persistent-keepalived", controls: pair },
  ],
  [
    { lab: "l7-haproxy", controls: haproxy },
    { lab: "l7-master-low" },
    { lab: "l7-nginx", controls: nopreempt },
    { lab: "l7-nginx-as-printed", fails: ["case-both-backup-nopreempt"] },
  ],
  [{ lab: "l7-nginx-vips" }],
];

/** Labs with different segments, so that one libvirt can run both at once. */
export const beside = ["dr-keepalived-nopreempt", "dr-keepalived-preempt-delay"] as const;

/** What is broken in the second of them. */
export const delayed: readonly Control[] = [
  {
    node: "zhuserver",
    ...edited(conf, "/preempt_delay/d", reload),
    says: { "preempt-delay": /zhuserver had the VIP \d\.\d s after its start, must wait 15 s/ },
  },
];

export const proofs: readonly Proof[] = [
  ...proofsOf(courses),
  { lab: beside[0], passes: "every check", fails: [] },
  { lab: beside[1], passes: "every check", fails: checksOf(delayed) },
];
