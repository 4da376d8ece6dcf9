import { courseTests } from "./course";
import { courses } from "./proofs/siteLabs";

for (const course of courses) courseTests(course);
