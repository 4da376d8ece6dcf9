/** What each suite of the real labs proves, by the name of its file. Each has a module beside this one. */
import { proofs as cloudImage } from "./cloudImage";
import { proofs as drIpvsadmNfs } from "./dr-ipvsadm-nfs";
import { proofs as drKeepalived } from "./dr-keepalived";
import { proofs as falls } from "./falls";
import { proofs as imports } from "./imports";
import { proofs as labs } from "./labs";
import { proofs as life } from "./life";
import { proofs as networks } from "./networks";
import { proofs as nopreempt } from "./nopreempt";
import { proofs as packages } from "./packages";
import { proofs as pages } from "./pages";
import type { Proof } from "./proof";
import { proofs as scale } from "./scale";
import { proofs as servers } from "./servers";
import { proofs as siteLabs } from "./siteLabs";
import { proofs as sites } from "./sites";

export const SUITES: Readonly<Record<string, readonly Proof[]>> = {
  "dr-keepalived": drKeepalived,
  "dr-ipvsadm-nfs": drIpvsadmNfs,
  networks,
  labs,
  scale,
  nopreempt,
  cloudImage,
  packages,
  servers,
  sites,
  imports,
  siteLabs,
  life,
  falls,
  pages,
};
