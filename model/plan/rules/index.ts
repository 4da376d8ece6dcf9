import { adverts } from "./adverts";
import { beside } from "./beside";
import { checks } from "./checks";
import { firewall } from "./firewall";
import { kernel } from "./kernel";
import { machine } from "./machine";
import { priorities } from "./priorities";
import { programs } from "./programs";
import type { Rule } from "./rule";
import { services } from "./services";
import { syncGroups } from "./syncGroups";
import { tracking } from "./tracking";
import { unicast } from "./unicast";

/** Every rule that compares machines, or a configuration with its machine. */
export const rules: readonly Rule[] = [
  ...adverts,
  ...unicast,
  ...priorities,
  ...tracking,
  ...syncGroups,
  ...machine,
  ...programs,
  ...services,
  ...checks,
  ...kernel,
  ...firewall,
  ...beside,
];
