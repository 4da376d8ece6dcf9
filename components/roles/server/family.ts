import { perFamily, type Software } from "../../machine/family";

/** perl with nothing but what every perl brings. Debian always has it (perl-base is essential). */
export const PERL: Software = {
  ...perFamily({ name: "perl-base", file: "/usr/bin/perl" }, { name: "perl-interpreter", file: "/usr/bin/perl" }),
  // One package in this family.
  openeuler: { name: "perl", file: "/usr/bin/perl" },
};
