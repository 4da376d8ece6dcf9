// mocha's spec reporter, which also says what each suite took and which tests were the slowest, and writes "passed failed" where scripts/test
// wants the counts.
const fs = require("node:fs");
const { reporters, Runner } = require("mocha");

/** Seconds from which on a suite's time is worth a line, and how many slow tests are named. */
const worth = 10;
const named = 10;

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const { EVENT_RUN_END, EVENT_SUITE_BEGIN, EVENT_SUITE_END, EVENT_TEST_END } = Runner.constants;
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
};
