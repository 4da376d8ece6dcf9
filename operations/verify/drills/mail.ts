/** What keepalived mails while a drill runs: each director's spool, from where it ended before. */
import { LIMITS } from "../../../model/limits";
import { MAIL_SPOOL } from "../../../components/roles/mail/spool";
import { directorsOf } from "../../../model/topology/queries";
import type { Topology } from "../../../model/topology/topology";
import type { Session } from "../../session/session";
import { until } from "../../wait";

/** By director. */
type Spools<T> = Readonly<Record<string, T>>;

/** Seconds that a mail may take: keepalived hands it over by SMTP in its own time, and gives up after smtp_connect_timeout, 30 s by default. */
const mailLimit = LIMITS.mail.seconds;

const mailing = ({ vrrp }: Topology): boolean => vrrp?.notification !== undefined;

async function eachSpool<T>(session: Session, look: (director: string) => Promise<T>): Promise<Spools<T>> {
  const directors = mailing(session.topology) ? directorsOf(session.topology) : [];
  return Object.fromEntries(await Promise.all(directors.map(async ({ name }) => [name, await look(name)] as const)));
}

/** Bytes of each spool; no spool where the lab sends no mail. */
export const spoolSizes = (session: Session): Promise<Spools<number>> =>
  eachSpool(session, async (name) => Number((await session.ssh(name, `stat -c %s ${MAIL_SPOOL} || echo 0`)).stdout));

/** What each spool got since then, mbox(5); waits until the subjects of every one are enough: what one has too many of, another lacks. */
export async function newMail(
  session: Session,
  before: Spools<number>,
  enough: (subjects: readonly string[], director: string) => boolean,
): Promise<Spools<string>> {
  let mail: Spools<string> = {};
  await until(mailLimit, async () => {
    mail = await eachSpool(
      session,
      async (name) => (await session.ssh(name, `tail -c +${(before[name] ?? 0) + 1} ${MAIL_SPOOL}`)).stdout,
    );
    return Object.entries(mail).every(([director, text]) => enough(subjectsOf(text), director));
  });
  return mail;
}

/** Subjects of a spool's mails, in order. */
export const subjectsOf = (mail: string): string[] =>
  [...mail.matchAll(/^Subject: (.*)$/gm)].map(([, subject = ""]) => subject);

/** Number of mails about a real server that is "UP" or "DOWN". keepalived also mails about the virtual server of the first and the last one. */
export const realServerMails = (subjects: readonly string[], word: "UP" | "DOWN"): number =>
  subjects.filter((subject) => subject.includes("Realserver") && subject.endsWith(word)).length;
