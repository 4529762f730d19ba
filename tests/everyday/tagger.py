"""A part-of-speech tagger: word and character embeddings, a bidirectional LSTM, a linear layer on top."""

from collections import Counter

import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

PAD, UNK = "<pad>", "<unk>"

SENTENCES = [
    ("the dog ate the apple", "DET NN V DET NN"),
    ("everybody read that book", "NN V DET NN"),
    ("a cat sleeps", "DET NN V"),
    ("the old man reads a good book", "DET ADJ NN V DET ADJ NN"),
]


class Vocab:
    def __init__(self, sequences, specials=(PAD, UNK)):
        counts = Counter(token for sequence in sequences for token in sequence)
        self.itos = [*specials, *(token for token, _ in counts.most_common())]
        self.stoi = {token: index for index, token in enumerate(self.itos)}

    def __len__(self):
        return len(self.itos)

    def encode(self, tokens):
        return torch.tensor([self.stoi.get(token, 1) for token in tokens])


class CharEncoder(nn.Module):
    def __init__(self, num_chars, dim, out_dim, padding_idx=0):
        super().__init__()
        self.embedding = nn.Embedding(num_chars, dim, padding_idx=padding_idx)
        self.conv = nn.Conv1d(dim, out_dim, kernel_size=3, padding=1)
        nn.init.kaiming_uniform_(self.conv.weight, nonlinearity="relu")
        nn.init.zeros_(self.conv.bias)

    def forward(self, chars):
        batch, words, letters = chars.shape
        x = self.embedding(chars.view(batch * words, letters)).transpose(1, 2)
        x = torch.relu(self.conv(x)).amax(dim=2)
        return x.view(batch, words, -1)


class LSTMTagger(nn.Module):
    def __init__(self, vocab_size, num_tags, embedding_dim=64, hidden_dim=64, num_layers=2, padding_idx=0, dropout=0.3):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=padding_idx)
        self.lstm = nn.LSTM(
            embedding_dim, hidden_dim, num_layers=num_layers, bidirectional=True, batch_first=True, dropout=dropout
        )
        self.dropout = nn.Dropout(dropout)
        self.hidden2tag = nn.Linear(2 * hidden_dim, num_tags)
        self.init_weights()

    def init_weights(self):
        nn.init.normal_(self.embedding.weight, std=self.embedding.embedding_dim**-0.5)
        if self.embedding.padding_idx is not None:
            with torch.no_grad():
                self.embedding.weight[self.embedding.padding_idx].fill_(0)

        hidden = self.lstm.hidden_size
        for name, param in self.lstm.named_parameters():
            if "weight_ih" in name:
                for gate in param.data.chunk(4, dim=0):
                    nn.init.xavier_uniform_(gate)
            elif "weight_hh" in name:
                for gate in param.data.chunk(4, dim=0):
                    nn.init.orthogonal_(gate)
            elif "bias" in name:
                nn.init.zeros_(param)
                if "bias_ih" in name:
                    # Remember by default: the forget gate is the second quarter.
                    param.data[hidden : 2 * hidden].fill_(1.0)

        nn.init.xavier_uniform_(self.hidden2tag.weight)
        nn.init.zeros_(self.hidden2tag.bias)

    def forward(self, words, lengths):
        x = self.dropout(self.embedding(words))
        packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
        output, _ = self.lstm(packed)
        output, _ = pad_packed_sequence(output, batch_first=True)
        return self.hidden2tag(self.dropout(output))


def main(steps=60):
    torch.manual_seed(0)
    words = [sentence.split() for sentence, _ in SENTENCES]
    tags = [tagging.split() for _, tagging in SENTENCES]
    vocab, tagset = Vocab(words), Vocab(tags, specials=(PAD,))
    inputs = pad_sequence([vocab.encode(sentence) for sentence in words], batch_first=True)
    targets = pad_sequence([tagset.encode(tagging) for tagging in tags], batch_first=True)
    lengths = torch.tensor([len(sentence) for sentence in words])
    model = LSTMTagger(len(vocab), len(tagset))
    loss_function = nn.CrossEntropyLoss(ignore_index=0)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    loss = torch.zeros(())
    for _ in range(steps):
        model.train()
        optimizer.zero_grad()
        loss = loss_function(model(inputs, lengths).transpose(1, 2), targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
    return loss.item()


if __name__ == "__main__":
    print(f"loss {main():.3f}")
