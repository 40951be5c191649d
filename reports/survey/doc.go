// Package survey owns questions over many visits: who receives data on how many
// sites, in which state of consent, how sure that number is, and how far it depends
// on choices of the makers of spoor. It reduces a result to the facts that such
// questions need, and adds them up while they stream by, so that the number of
// visits costs time and hardly memory.
//
// It must not know where visits are kept, how they were made, or what a table or a
// page looks like; packages below it write those.
//
// Rules of counting, which everything here keeps:
//
//   - A share is "n of m measured sites". Sites that could not be measured are not
//     part of m, and their number is said beside it.
//   - Each state of consent has its own m: where nothing could be refused, it is
//     not known what happens after a refusal.
//   - Unknown is a number of its own and never counts as none.
//   - Of a site that was visited several times, two numbers are told: in at least
//     one visit, and in all of them that were measured.
package survey
