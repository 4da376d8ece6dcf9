import { courseTests } from "./course";
import { courses } from "./proofs/networks";

for (const course of courses) courseTests(course);
