"""Fine-tunes a pretrained encoder for sentence pairs with the Trainer of Hugging Face."""

from dataclasses import dataclass, field

import numpy as np
import torch
from datasets import load_dataset
from torch import nn
from transformers import (
    AutoConfig,
    AutoTokenizer,
    BertModel,
    BertPreTrainedModel,
    DataCollatorWithPadding,
    HfArgumentParser,
    Trainer,
    TrainingArguments,
    set_seed,
)
from transformers import initialization as init
from transformers.modeling_outputs import SequenceClassifierOutput


@dataclass
class ModelArguments:
    model_name_or_path: str = "bert-base-uncased"
    head_dropout: float = 0.1
    freeze_embeddings: bool = field(default=True, metadata={"help": "Train the layers above the embeddings alone."})


class PairHead(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.dense = nn.Linear(4 * config.hidden_size, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(getattr(config, "head_dropout", 0.1))
        self.out_proj = nn.Linear(config.hidden_size, config.num_labels)

    def forward(self, a, b):
        features = torch.cat([a, b, (a - b).abs(), a * b], dim=-1)
        hidden = self.dropout(torch.tanh(self.norm(self.dense(features))))
        return self.out_proj(hidden)


class BertForPairs(BertPreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.num_labels = config.num_labels
        self.bert = BertModel(config, add_pooling_layer=False)
        self.head = PairHead(config)
        self.temperature = nn.Parameter(torch.ones(()))
        self.post_init()

    def _init_weights(self, module):
        super()._init_weights(module)
        if isinstance(module, PairHead):
            init.normal_(module.out_proj.weight, mean=0.0, std=0.002)
            init.zeros_(module.out_proj.bias)

    def encode(self, input_ids, attention_mask):
        states = self.bert(input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        return (states * mask).sum(1) / mask.sum(1).clamp(min=1e-6)

    def forward(self, input_ids, attention_mask, input_ids_b, attention_mask_b, labels=None):
        a = self.encode(input_ids, attention_mask)
        b = self.encode(input_ids_b, attention_mask_b)
        logits = self.head(a, b) / self.temperature
        loss = None if labels is None else nn.functional.cross_entropy(logits, labels)
        return SequenceClassifierOutput(loss=loss, logits=logits)


class PairCollator(DataCollatorWithPadding):
    def __call__(self, features):
        first = super().__call__([{k: f[k] for k in ("input_ids", "attention_mask")} for f in features])
        keys = {"input_ids": "input_ids_b", "attention_mask": "attention_mask_b"}
        second = super().__call__([{k: f[v] for k, v in keys.items()} for f in features])
        batch = {**first, **{v: second[k] for k, v in keys.items()}}
        batch["labels"] = torch.tensor([f["label"] for f in features])
        return batch


def compute_metrics(prediction):
    return {"accuracy": float((np.argmax(prediction.predictions, axis=-1) == prediction.label_ids).mean())}


def main():
    model_args, training_args = HfArgumentParser((ModelArguments, TrainingArguments)).parse_args_into_dataclasses()
    set_seed(training_args.seed)
    raw = load_dataset("glue", "mrpc")
    tokenizer = AutoTokenizer.from_pretrained(model_args.model_name_or_path)
    config = AutoConfig.from_pretrained(model_args.model_name_or_path, num_labels=2)
    config.head_dropout = model_args.head_dropout
    model = BertForPairs.from_pretrained(model_args.model_name_or_path, config=config)
    if model_args.freeze_embeddings:
        for parameter in model.bert.embeddings.parameters():
            parameter.requires_grad = False

    def encode(examples):
        a = tokenizer(examples["sentence1"], truncation=True, max_length=128)
        b = tokenizer(examples["sentence2"], truncation=True, max_length=128)
        return {**a, "input_ids_b": b["input_ids"], "attention_mask_b": b["attention_mask"]}

    data = raw.map(encode, batched=True)
    trainer = Trainer(
        model=model,
        args=training_args,
        train_dataset=data["train"] if training_args.do_train else None,
        eval_dataset=data["validation"],
        data_collator=PairCollator(tokenizer),
        compute_metrics=compute_metrics,
    )
    if training_args.do_train:
        trainer.train(resume_from_checkpoint=training_args.resume_from_checkpoint)
        trainer.save_model()
    trainer.log_metrics("eval", trainer.evaluate())


if __name__ == "__main__":
    main()
