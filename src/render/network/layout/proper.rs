//! Boxes and lines in layers, in which a line leads from each layer to the next only: where one would pass
//! layers, it has a *joint* in each.

/// Boxes and joints in layers. Boxes have the first numbers, joints those after them.
#[derive(Clone, Debug)]
pub(super) struct Proper {
    /// How many of them are boxes.
    pub(super) boxes: usize,
    /// What is in each layer, from top to bottom.
    pub(super) layers: Vec<Vec<usize>>,
    /// The layer of each.
    pub(super) layer_of: Vec<usize>,
    /// What each is connected with in the layer before.
    pub(super) before: Vec<Vec<usize>>,
    /// What each is connected with in the layer after.
    pub(super) after: Vec<Vec<usize>>,
    /// What each line leads along, from left to right, with the boxes at its ends.
    pub(super) chains: Vec<Vec<usize>>,
}

impl Proper {
    pub(super) fn new(layer_of: &[usize], rightward: &[(usize, usize)]) -> Self {
        let mut proper = Self {
            boxes: layer_of.len(),
            layers: Vec::new(),
            layer_of: layer_of.to_vec(),
            before: vec![Vec::new(); layer_of.len()],
            after: vec![Vec::new(); layer_of.len()],
            chains: Vec::new(),
        };
        for &(from, to) in rightward {
            let mut chain = vec![from];
            let mut last = from;
            for layer in layer_of[from] + 1..layer_of[to] {
                let joint = proper.layer_of.len();
                proper.layer_of.push(layer);
                proper.before.push(Vec::new());
                proper.after.push(Vec::new());
                proper.connect(last, joint);
                chain.push(joint);
                last = joint;
            }
            proper.connect(last, to);
            chain.push(to);
            proper.chains.push(chain);
        }
        proper.fill();
        proper
    }

    fn connect(&mut self, left: usize, right: usize) {
        self.after[left].push(right);
        self.before[right].push(left);
    }

    /// Fills the layers in the order in which a walk along the lines, as deep as it goes, meets what is in
    /// them: what is connected stands together, and a tree has no crossings.
    fn fill(&mut self) {
        let count = self.layer_of.iter().max().map_or(0, |last| last + 1);
        self.layers = vec![Vec::new(); count];
        let mut seen = vec![false; self.layer_of.len()];
        let mut starts: Vec<usize> = (0..self.boxes).collect();
        starts.sort_by_key(|it| self.layer_of[*it]);
        for start in starts {
            let mut open = vec![start];
            while let Some(it) = open.pop() {
                if std::mem::replace(&mut seen[it], true) {
                    continue;
                }
                self.layers[self.layer_of[it]].push(it);
                open.extend(self.before[it].iter().rev());
                open.extend(self.after[it].iter().rev());
            }
        }
    }

    pub(super) fn is_joint(&self, it: usize) -> bool {
        it >= self.boxes
    }

    /// Returns the place of each in its layer.
    pub(super) fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.layer_of.len()];
        for layer in &self.layers {
            for (place, it) in layer.iter().enumerate() {
                places[*it] = place;
            }
        }
        places
    }
}
