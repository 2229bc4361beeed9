"""What `jiafang run` says first to whoever tries the sandbox."""

GREETING = """
  打开 Open:   {url}

  在王敏的手机上输入 On 王敏's telephone type:   下周六下午3点去张小明家家访
  点 Tap:   发给家长
  在张小明妈妈的手机上回复 On 张小明妈妈's telephone answer:   可以
  或跟着页面左边的“引导”走 Or follow the panel on the left: it leads through a whole visit

"""
