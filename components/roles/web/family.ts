import { perFamily } from "../../machine/family";

export const APACHE = perFamily(
  { name: "apache2", file: "/usr/sbin/apache2" },
  { name: "httpd", file: "/usr/sbin/httpd" },
);

/** Apache's names in a family. */
export type Httpd = {
  readonly unit: string;
  /** Its configuration test, with an additional file to include. */
  readonly test: readonly string[];
  /** Folder of included files. */
  readonly conf: string;
  /** File for the lab's virtual hosts, included after the package's own hosts. */
  readonly sites: string;
  /** Folder of its logs: as the configuration may name it, and the real path. */
  readonly logs: string;
  readonly logFolder: string;
  /** Folder of its modules. */
  readonly modules: string;
  /** Whether the package has a first virtual host for port 80, which answers for every unknown name. */
  readonly defaultSite: boolean;
};

export const HTTPD = perFamily<Httpd>(
  {
    unit: "apache2",
    test: ["apache2ctl", "-t"],
    conf: "/etc/apache2/conf-enabled",
    sites: "/etc/apache2/sites-enabled/lvs-lab.conf",
    logs: "${APACHE_LOG_DIR}",
    logFolder: "/var/log/apache2",
    modules: "/usr/lib/apache2/modules",
    defaultSite: true,
  },
  {
    unit: "httpd",
    // apachectl of this family does not pass options to httpd.
    test: ["httpd", "-t"],
    conf: "/etc/httpd/conf.d",
    sites: "/etc/httpd/conf.d/lvs-lab-sites.conf",
    // It is a link to the folder, below ServerRoot.
    logs: "logs",
    logFolder: "/var/log/httpd",
    modules: "modules",
    defaultSite: false,
  },
);
