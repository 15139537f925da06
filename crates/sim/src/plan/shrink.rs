//! The smallest plan that still fails: steps are taken out (ddmin: Zeller, "Simplifying and Isolating
//! Failure-Inducing Input", 2002), then devices, users and chats, then what is left is made simpler and
//! waits less. Over and over, until nothing helps or the tries are spent.

use super::Plan;

mod simpler;

/// What came of shrinking.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The smallest plan found that fails.
    pub plan: Plan,
    /// How many plans were tried.
    pub tries: usize,
}

/// Makes a plan that fails smaller, in at most so many tries. `fails` says whether a plan still does.
pub fn shrink(plan: &Plan, tries: usize, fails: impl FnMut(&Plan) -> bool) -> Shrunk {
    let mut search = Search {
        best: plan.clone(),
        left: tries,
        fails,
    };
    loop {
        let before = search.best.clone();
        search.fewer_steps();
        search.each(simpler::without_device, |plan| plan.setup.devices.len());
        search.each(simpler::without_user, |plan| plan.setup.users);
        search.each(simpler::without_chat, |plan| plan.setup.chats.len());
        search.shorter();
        search.simpler_setup();
        search.simpler_steps();
        if search.left == 0 || search.best == before {
            return Shrunk {
                plan: search.best,
                tries: tries - search.left,
            };
        }
    }
}

struct Search<F> {
    best: Plan,
    left: usize,
    fails: F,
}

impl<F: FnMut(&Plan) -> bool> Search<F> {
    /// Keeps a plan where it fails too.
    fn attempt(&mut self, plan: Plan) -> bool {
        if self.left == 0 || plan == self.best || plan.check().is_err() {
            return false;
        }
        self.left -= 1;
        let fails = (self.fails)(&plan);
        if fails {
            self.best = plan;
        }
        fails
    }

    /// Takes steps out: first halves, then quarters, and single ones in the end.
    fn fewer_steps(&mut self) {
        // Most often what comes after the failure can go at once.
        let mut size = self.best.steps.len().div_ceil(2);
        while size > 0 && self.left > 0 {
            let mut end = self.best.steps.len();
            while end > 0 {
                let start = end.saturating_sub(size);
                let mut plan = self.best.clone();
                plan.steps.drain(start..end);
                self.attempt(plan);
                end = start;
            }
            size /= 2;
        }
    }

    /// Takes out one thing after another, the last first.
    fn each(&mut self, without: fn(&Plan, usize) -> Option<Plan>, count: fn(&Plan) -> usize) {
        for number in (0..count(&self.best)).rev() {
            if let Some(plan) = without(&self.best, number) {
                self.attempt(plan);
            }
        }
    }

    /// Lets less time pass between steps: first everywhere, then here and there.
    fn shorter(&mut self) {
        for part in [0, 100, 10, 2] {
            let plan = simpler::gaps(&self.best, |gap| gap.checked_div(part).unwrap_or(0));
            if self.attempt(plan) {
                break;
            }
        }
        for step in 0..self.best.steps.len() {
            for part in [0, 10, 2] {
                let plan = simpler::gap_before(&self.best, step, part);
                if self.attempt(plan) {
                    break;
                }
            }
        }
    }

    fn simpler_setup(&mut self) {
        // What is simpler is found anew after each success, since it depends on what is left.
        let mut at = 0;
        while let Some(plan) = simpler::setups(&self.best).into_iter().nth(at) {
            if !self.attempt(plan) {
                at += 1;
            }
            if self.left == 0 {
                return;
            }
        }
    }

    fn simpler_steps(&mut self) {
        for number in 0..self.best.steps.len() {
            let mut at = 0;
            while let Some(step) = simpler::steps(&self.best.steps[number].step)
                .into_iter()
                .nth(at)
            {
                let mut plan = self.best.clone();
                plan.steps[number].step = step;
                if !self.attempt(plan) {
                    at += 1;
                }
                if self.left == 0 {
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
