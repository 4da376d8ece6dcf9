import { perFamily, samePackage } from "../../machine/family";

export const PROXIES = {
  haproxy: samePackage("haproxy", "/usr/sbin/haproxy"),
  nginx: perFamily({ name: "nginx-light", file: "/usr/sbin/nginx" }, { name: "nginx", file: "/usr/sbin/nginx" }),
} as const;

/** User of nginx's workers. */
export const NGINX_USER = perFamily("www-data", "nginx");
