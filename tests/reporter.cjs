// mocha's spec reporter, which also says what each suite took and which tests were the slowest, writes "passed failed" where scripts/test
// wants the counts, and writes down in a folder that it gives which files of the real labs were green (tests/lab/green.ts).
const fs = require("node:fs");
const { reporters, Runner } = require("mocha");

/** Seconds from which on a suite's time is worth a line, and how many slow tests are named. */
const worth = 10;
const named = 10;

const green = process.env.LVS_LAB_TEST_GREEN;

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const { EVENT_RUN_END, EVENT_SUITE_BEGIN, EVENT_SUITE_END, EVENT_TEST_END } = Runner.constants;
    if (green !== undefined) this.keepGreen(runner, green);
    const begun = new Map();
    const tests = [];
    runner.on(EVENT_SUITE_BEGIN, (suite) => begun.set(suite, Date.now()));
    runner.on(EVENT_SUITE_END, (suite) => {
      const took = Date.now() - begun.get(suite);
      if (suite.parent?.root && took >= worth * 1000) console.log(`  ${suite.title}: ${seconds(took)}`);
    });
    runner.on(EVENT_TEST_END, (test) => tests.push(test));
    runner.once(EVENT_RUN_END, () => {
      const slow = tests.filter(({ duration = 0 }) => duration >= worth * 1000).sort((a, b) => b.duration - a.duration);
      if (slow.length > 0) console.log("  the slowest:");
      for (const test of slow.slice(0, named)) console.log(`    ${seconds(test.duration)}  ${test.fullTitle()}`);
      const { passes, failures } = this.stats;
      if (process.env.LVS_LAB_TEST_COUNTS) fs.writeFileSync(process.env.LVS_LAB_TEST_COUNTS, `${passes} ${failures}\n`);
    });
  }

  // A file is over when another one begins. It was green if something in it passed, and nothing failed: no test, no hook.
  keepGreen(runner, folder) {
    const { digestOf, keep, surroundings } = require("./lab/green.ts");
    const { EVENT_RUN_END, EVENT_SUITE_BEGIN, EVENT_TEST_FAIL, EVENT_TEST_PASS } = Runner.constants;
    const files = [...new Set(runner.suite.suites.map(({ file }) => file))];
    const beside = surroundings();
    const begun = new Map(files.map((file) => [file, digestOf(file, { beside })]));
    const [passed, failed] = [new Set(), new Set()];
    let current;
    const over = () => {
      if (passed.has(current) && !failed.has(current)) keep(folder, current, begun.get(current));
    };
    runner.on(EVENT_SUITE_BEGIN, ({ file, root }) => {
      if (root || file === current) return;
      over();
      current = file;
    });
    runner.on(EVENT_TEST_PASS, () => passed.add(current));
    runner.on(EVENT_TEST_FAIL, () => failed.add(current));
    runner.once(EVENT_RUN_END, over);
  }
};
