/**
 * The lab tests never use the namespace of a user's labs: a lab that runs, or one whose processes were killed, does not stop them.
 * It is set before any module reads it. Each lane of scripts/test sets its own.
 */
process.env.LVS_LAB_NAMESPACE ??= "lvs-test";
