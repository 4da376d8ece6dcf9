// mocha's spec reporter, which also writes "passed failed" where scripts/test wants the counts.
const fs = require("node:fs");
const { reporters, Runner } = require("mocha");

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      if (process.env.LVS_LAB_TEST_COUNTS) fs.writeFileSync(process.env.LVS_LAB_TEST_COUNTS, `${passes} ${failures}\n`);
    });
  }
};
